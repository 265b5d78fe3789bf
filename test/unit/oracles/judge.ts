import { Bench, type Oracle } from '../../../sim/kernel/oracle.js';
import { Simulation } from '../../../sim/kernel/simulation.js';
import { Tape } from '../../../sim/kernel/tape.js';
import type { Fact } from '../../../sim/oracles/facts.js';

/** What an oracle says of these facts: how often it checked, and what it found. */
export async function judge(
  oracle: Oracle<Fact>,
  facts: readonly Fact[],
): Promise<{
  readonly checks: number;
  readonly violation: string | undefined;
  readonly message: string | undefined;
}> {
  const simulation = new Simulation(new Tape({ choices: [] }));
  const bench = new Bench(simulation, [oracle]);
  for (const fact of facts) simulation.schedule(0, () => bench.observe(fact));
  await simulation.run({ events: 100, timeMs: 100 });
  return {
    checks: simulation.checks.get(oracle.id) ?? 0,
    violation: simulation.violation?.invariant,
    message: simulation.violation?.message,
  };
}
