import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replayOutcome } from '../sim/campaign/replay-outcome.js';
import { decodeReproduction } from '../sim/campaign/reproduction.js';
import { sail } from '../sim/kernel/voyage.js';
import { equip } from '../sim/nemesis/equip.js';
import { scenarios } from './index.js';

const folder = join(import.meta.dirname, 'regressions');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

test.each(files)('%s stays fixed', async (name) => {
  const reproduction = decodeReproduction(readFileSync(join(folder, name), 'utf8'));
  const scenario = scenarios.find((known) => known.name === reproduction.scenario);
  expect(scenario?.schema).toBe(reproduction.scenarioSchema);
  if (scenario === undefined) return;
  const verdict = await sail(equip(scenario, reproduction.parameters), { choices: reproduction.choices });
  // Together with how its tape fits: a file that is stale proves nothing, and says in `afterFix` how it fitted.
  const { violation, staleness } = verdict;
  expect({ outcome: replayOutcome(reproduction, verdict), violation, ...staleness }).toMatchObject({
    outcome: 'passes-now',
  });
});
