import type { CborValue } from '../../src/codec/cbor.js';
import { decodeEntry } from '../../src/operations/entry-codec.js';
import { completionClassesOf } from '../../src/operations/kind.js';
import type { Fact } from '../oracles/facts.js';
import type { LoggedRecord } from './logged-record.js';
import { answersText, peerText, termsText } from './operations-words.js';

/** What a record of the log says about operations, for the oracles. */
export function tellOperations({ value }: LoggedRecord): readonly Fact[] {
  return [tellOperation(value, 'node')];
}

/** What an entry of the operations room says, for the oracles. */
export function tellOperation(value: CborValue, node: string): Fact {
  const entry = decodeEntry(value);
  switch (entry.kind) {
    case 'operation_registered': {
      const { operationId: operation, ownerSessionId: owner, kind } = entry.spec;
      const hasRow = completionClassesOf(kind).feed === 'emit';
      const terms = termsText(entry.spec, entry.inputFingerprint);
      return { kind: 'log.registered', node, operation, owner, terms, hasRow };
    }
    case 'operation_started':
      return { kind: 'log.phase', node, operation: entry.operationId, phase: 'running' };
    case 'operation_retiring':
      return { kind: 'log.phase', node, operation: entry.operationId, phase: 'retiring' };
    case 'peer_ready':
      return { kind: 'log.peer', node, operation: entry.operationId, peer: peerText(entry.peer) };
    case 'progress_reported':
      return { kind: 'log.progress', node, operation: entry.operationId };
    case 'operation_ended': {
      const { operationId: operation, outcome, seq } = entry;
      return { kind: 'log.ended', node, operation, outcome: outcome.kind, seq };
    }
    case 'operation_rolled_back':
      return { kind: 'log.rolled-back', node, operation: entry.operationId };
    case 'operation_evicted':
      return { kind: 'log.evicted', node, operation: entry.operationId };
    case 'tombstone_dropped':
      return { kind: 'log.tombstone-dropped', node, operation: entry.operationId };
    case 'owner_terminated':
      return { kind: 'log.owner-terminated', node, owner: entry.ownerSessionId };
    case 'owner_forgotten':
      return { kind: 'log.owner-forgotten', node, owner: entry.ownerSessionId };
    case 'barrier_opened':
      return { kind: 'log.wait-opened', node, wait: entry.requestId, members: entry.operationIds.join(' ') };
    case 'barrier_satisfied':
      return { kind: 'log.wait-satisfied', node, wait: entry.requestId, answers: answersText(entry.answers) };
    case 'barrier_closed':
      return { kind: 'log.wait-closed', node, wait: entry.requestId, why: entry.why };
    case 'cursors_advanced':
      return { kind: 'log.cursors', node, ...entry.cursors };
  }
}
