import { scenarios } from '../../../scenarios/index.js';
import type { Scenario, Verdict } from '../../../sim/kernel/voyage.js';
import { sail } from '../../../sim/kernel/voyage.js';
import type { FailureStory } from '../../../sim/report/html/failure-page.js';

/** What a trace may hold, if the code under test is unkind. */
export const hostile =
  '</script><script>window.isTaken = true</script><img src=x onerror="window.isTaken = true">';

/** A calm day on which an invariant is broken in the end, by hand. */
export async function failingVerdict(scenarioName = 'log-crash-storm'): Promise<Verdict> {
  const calm = scenarios.find(({ name }) => name === scenarioName);
  if (calm === undefined) throw new Error(`no scenario ${scenarioName}`);
  const failing: Scenario = {
    ...calm,
    sail(simulation) {
      calm.sail(simulation);
      simulation.schedule(300, () => {
        simulation.fail({ invariant: 'acked-durable', subject: 'node', message: `lost: ${hostile}` });
      });
    },
  };
  return sail(failing, { seed: 7 }, { record: true });
}

export function storyOf(verdict: Verdict): FailureStory {
  const needed = verdict.choices
    .slice(0, 3)
    .map((choice) => ({ choice, next: null, without: 'passes' as const, violates: null }));
  return {
    reproduction: { build: '1.0.0+test', scenario: verdict.scenario, seed: 7 },
    verdict,
    needed,
    command: `npx seaworthy replay 7 --scenario ${verdict.scenario}`,
  };
}
