import type { Decision } from '../../log/projection.js';
import type { AbortOpenCommand, AdmitCommand, LedgerCommand, SettleCommand } from './ledger-command.js';
import type { LedgerEntry } from './ledger-entry.js';
import { ledgerFault } from './ledger-fault.js';
import { abortedAtOnceMax, type LedgerLimits } from './ledger-limits.js';
import {
  Entombed,
  ForeignOperation,
  InvalidLedgerCommand,
  LedgerFull,
  type LedgerRefusal,
  OperationConflict,
  UnknownOperation,
} from './ledger-refusal.js';
import { type LedgerState, openOf, type OperationTerms, termsOf } from './ledger-state.js';

type LedgerDecision = Decision<LedgerEntry, LedgerRefusal>;

/** Refuses, or says what is to be recorded. */
export function decide(limits: LedgerLimits, state: LedgerState, command: LedgerCommand): LedgerDecision {
  const fault = ledgerFault(command);
  if (fault !== undefined) return refused(new InvalidLedgerCommand(command.kind, fault));
  switch (command.kind) {
    case 'admit':
      return admit(limits, state, command);
    case 'settle':
      return settle(limits, state, command);
    case 'abort_open':
      return abortOpen(limits, state, command);
  }
}

function admit(
  { openMax }: LedgerLimits,
  state: LedgerState,
  { operation, sessionId }: AdmitCommand,
): LedgerDecision {
  const { operationId } = operation;
  if (operation.sessionId !== sessionId) return refused(new ForeignOperation(operationId, sessionId));
  const known = termsOf(state, operationId);
  if (known !== undefined) {
    const differs = difference(known, operation);
    return differs === undefined ? accepted([]) : refused(new OperationConflict(operationId, differs));
  }
  if (state.open.size >= openMax) return refused(new LedgerFull(openMax));
  return accepted([{ kind: 'admitted', operation }]);
}

function difference(known: OperationTerms, given: OperationTerms): OperationConflict['differs'] | undefined {
  if (known.sessionId !== given.sessionId) return 'session';
  if (known.workflow !== given.workflow) return 'workflow';
  return known.inputDigest === given.inputDigest ? undefined : 'input';
}

/** The first end stands. Design 3, points 7 and 8. */
function settle(
  limits: LedgerLimits,
  state: LedgerState,
  { operationId, sessionId, generation, settlement }: SettleCommand,
): LedgerDecision {
  const known = termsOf(state, operationId);
  if (known === undefined) return refused(new UnknownOperation(operationId));
  if (known.sessionId !== sessionId) return refused(new ForeignOperation(operationId, sessionId));
  const tombstone = state.tombstones.get(operationId);
  if (tombstone !== undefined) return refused(new Entombed(operationId, tombstone.outcome));
  if (state.settled.has(operationId)) return accepted([]);
  return accepted([
    { kind: 'settled', operationId, generation, settlement },
    ...surplus(limits, state, [operationId]),
  ]);
}

function abortOpen(
  limits: LedgerLimits,
  state: LedgerState,
  { sessionId, generation, reason }: AbortOpenCommand,
): LedgerDecision {
  const ids = openOf(state, sessionId)
    .slice(0, abortedAtOnceMax)
    .map(({ operationId }) => operationId);
  const settlement = { outcome: 'aborted', reason } as const;
  return accepted([
    ...ids.map((operationId) => ({ kind: 'settled', operationId, generation, settlement }) as const),
    ...(ids.length === 0 ? [] : surplus(limits, state, ids)),
  ]);
}

/** What has to go once these are settled as well: the oldest facts leave a tombstone, and the oldest tombstones nothing. */
function surplus(
  { settledMax, factsMax }: LedgerLimits,
  { settled, tombstones }: LedgerState,
  ids: readonly string[],
): LedgerEntry[] {
  const entombed = [...firstOf(settled.size + ids.length - factsMax, settled.keys(), ids)];
  const tombstonesMax = settledMax - factsMax;
  const forgotten = firstOf(tombstones.size + entombed.length - tombstonesMax, tombstones.keys(), entombed);
  return [
    ...entombed.map((operationId) => ({ kind: 'entombed', operationId }) as const),
    ...[...forgotten].map((operationId) => ({ kind: 'forgotten', operationId }) as const),
  ];
}

function* firstOf(count: number, ...parts: readonly Iterable<string>[]): Generator<string> {
  let given = 0;
  for (const part of parts) {
    for (const id of part) {
      if (given >= count) return;
      given += 1;
      yield id;
    }
  }
}

function accepted(entries: readonly LedgerEntry[]): LedgerDecision {
  return { kind: 'accepted', entries };
}

function refused(refusal: LedgerRefusal): LedgerDecision {
  return { kind: 'refused', refusal };
}
