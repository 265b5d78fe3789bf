import type { DurableRecoveryPlan } from '../../src/recovery/plan.js';
import type { Fact } from '../oracles/facts.js';

/** What a node has decided in its recovery, for the oracles. */
export function tellDecided(
  node: string,
  { decisions }: Pick<DurableRecoveryPlan, 'decisions'>,
): readonly Fact[] {
  return [
    ...decisions.map((decision): Fact => {
      const { operationId: operation, action, level, checkpointLevel, gateLevel } = decision;
      const gate = gateLevel ?? '';
      return { kind: 'node.decided', node, operation, action, level, checkpointLevel, gateLevel: gate };
    }),
    { kind: 'node.recovered', node, operations: decisions.length },
  ];
}
