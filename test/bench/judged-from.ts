import { readFileSync, writeFileSync } from 'node:fs';
import { scenarios } from '../../scenarios/index.js';
import { asRecord } from '../../sim/campaign/json-fields.js';
import { runsToJudge } from '../../sim/campaign/dead-knob.js';

// Writes scenarios/judged-from.ts from the figures of a campaign over all scenarios: npm run judged-from.

const campaign = asRecord(JSON.parse(readFileSync('.seaworthy/campaign.json', 'utf8')));
const figuresOfAll: unknown[] = Array.isArray(campaign?.['scenarios']) ? campaign['scenarios'] : [];

const blocks = figuresOfAll.map((value) => {
  const figures = asRecord(value);
  const runs = Number(figures?.['runs']);
  const seenIn = asRecord(figures?.['seenIn']);
  const declared = scenarios.find(({ name }) => name === figures?.['name']);
  const sometimes = Object.keys(asRecord(figures?.['sometimes']) ?? {});
  const names = [...(declared?.faults ?? []), ...(declared?.invariants ?? []), ...sometimes];
  const bySize = new Map<number, string[]>();
  for (const name of names) {
    const size = runsToJudge(Number(seenIn?.[name] ?? 0), runs);
    bySize.set(size, [...(bySize.get(size) ?? []), name]);
  }
  const lines = [...bySize]
    .toSorted(([one], [other]) => one - other)
    .map(([size, subjects]) => `    ${size}: ${JSON.stringify(subjects.join(', '))},`);
  return `  ${JSON.stringify(figures?.['name'])}: {\n${lines.join('\n')}\n  },`;
});

const text = `/** From how many runs on a campaign judges what. Written by \`npm run judged-from\`, from measured shares of runs. */
export const judgedFrom: Readonly<Record<string, Readonly<Record<number, string>>>> = {
${blocks.join('\n')}
};
`;
writeFileSync('scenarios/judged-from.ts', text);
