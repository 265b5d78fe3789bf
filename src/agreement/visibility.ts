import type { AgreementLevel, FinalizationOutcome } from './level.js';
import { agreementStateOf, outcomeOf } from './operation.js';
import { provisionalUsable } from './predicates.js';
import type { AgreementState } from './records.js';
import type { AgreementRoomState } from './state.js';

/** What may be seen of an operation, provided that the state in which it was looked up is durable: the shell sees to that. */
export type Visible =
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'registered';
      readonly level: AgreementLevel;
      readonly outcome: FinalizationOutcome | null;
      /** Whether the result may be used. An outcome that discards the result is itself to be seen. */
      readonly usable: boolean;
    };

export function visibleAt(state: AgreementRoomState, operationId: string): Visible {
  const operation = state.operations.get(operationId);
  if (operation?.registration === undefined) return { kind: 'unknown' };
  const { contract } = operation.registration;
  return {
    kind: 'registered',
    level: operation.level,
    outcome: outcomeOf(operation),
    usable: provisionalUsable(contract, agreementStateOf(contract, operation)),
  };
}

/** The reference's record of where an operation stands (1.2): what a sync request states. */
export function agreementStateAt(state: AgreementRoomState, operationId: string): AgreementState | undefined {
  const operation = state.operations.get(operationId);
  if (operation?.registration === undefined) return undefined;
  return agreementStateOf(operation.registration.contract, operation);
}
