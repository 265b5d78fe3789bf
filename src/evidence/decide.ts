import { digestOf } from '../codec/digest.js';
import type { Decision } from '../log/projection.js';
import type { EvidenceCommand, ForgetCommand, RecordCommand, ReleaseCommand } from './command.js';
import type { EvidenceEntry } from './entry.js';
import type { BoundEvidence } from './evidence.js';
import { encodeOutcome } from './outcome-codec.js';
import { recordable } from './recordable.js';
import { CacheFull, type ConflictingField, EvidenceConflict, type EvidenceRefusal } from './refusal.js';
import type { EvidenceState } from './state.js';

type EvidenceDecision = Decision<EvidenceEntry, EvidenceRefusal>;

/** Refuses, or says what is to be recorded. */
export function decide(state: EvidenceState, command: EvidenceCommand, entriesMax: number): EvidenceDecision {
  switch (command.kind) {
    case 'record':
      return record(state, command, entriesMax);
    case 'release':
      return release(state, command);
    case 'forget':
      return forget(state, command);
  }
}

function record(state: EvidenceState, command: RecordCommand, entriesMax: number): EvidenceDecision {
  const checked = recordable(command.evidence);
  if (checked.kind === 'refused') return checked;
  const { evidence } = checked;
  const held = state.held.get(evidence.evidenceId);
  if (held !== undefined) {
    const field = conflictingField(held, evidence);
    return field === undefined ? accepted([]) : refused(new EvidenceConflict(field, held));
  }
  // More than one when the bound was higher in an earlier life.
  const surplus = Math.max(0, state.held.size + 1 - entriesMax);
  const isFull = surplus > state.evictable.size && command.hasPlace !== true;
  if (isFull) return refused(new CacheFull(evidence.evidenceId, entriesMax));
  return accepted([...evictions(state, surplus), { kind: 'evidence_recorded', evidence }]);
}

function release(state: EvidenceState, { operationId }: ReleaseCommand): EvidenceDecision {
  return accepted(state.needed.has(operationId) ? [{ kind: 'operation_released', operationId }] : []);
}

function forget(state: EvidenceState, { operationId }: ForgetCommand): EvidenceDecision {
  const needed = state.needed.get(operationId);
  if (needed === undefined) return accepted([]);
  const evicted = needed.map(({ evidenceId }) => ({ kind: 'evidence_evicted', evidenceId }) as const);
  return accepted([{ kind: 'operation_released', operationId }, ...evicted]);
}

/** Of the evidence that nobody needs, what was released first. */
function evictions({ evictable }: EvidenceState, count: number): EvidenceEntry[] {
  const evicted: EvidenceEntry[] = [];
  for (const evidenceId of evictable.keys()) {
    if (evicted.length === count) break;
    evicted.push({ kind: 'evidence_evicted', evidenceId });
  }
  return evicted;
}

function conflictingField(held: BoundEvidence, told: BoundEvidence): ConflictingField | undefined {
  if (held.operationId !== told.operationId) return 'operationId';
  if (held.interfaceName !== told.interfaceName) return 'interfaceName';
  if (held.operationName !== told.operationName) return 'operationName';
  if (held.fingerprint !== told.fingerprint) return 'fingerprint';
  if (held.leaseInRequest !== told.leaseInRequest) return 'leaseInRequest';
  const isSame = digestOf(encodeOutcome(held.outcome)) === digestOf(encodeOutcome(told.outcome));
  return isSame ? undefined : 'outcome';
}

function accepted(entries: readonly EvidenceEntry[]): EvidenceDecision {
  return { kind: 'accepted', entries };
}

function refused(refusal: EvidenceRefusal): EvidenceDecision {
  return { kind: 'refused', refusal };
}
