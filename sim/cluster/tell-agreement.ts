import { agreementProjection } from '../../src/agreement/projection.js';
import type { CborValue } from '../../src/codec/cbor.js';
import type { Fact } from '../oracles/facts.js';

/** What an entry of the agreement room says, for the oracles. */
export function tellAgreement(value: CborValue, node: string, lsn: number): readonly Fact[] {
  const entry = agreementProjection.decodeEntry(value);
  switch (entry.kind) {
    case 'contract_registered':
      return [{ kind: 'log.contract', node, lsn, operation: entry.contract.operationId }];
    case 'operation_forgotten':
      return [{ kind: 'log.forgotten', node, lsn, operation: entry.operationId }];
    case 'evidence_produced': {
      const { operationId: operation, evidenceId: evidence, kind, level } = entry.evidence;
      if (kind === 'witness') return [{ kind: 'log.stood-for', node, lsn, operation, level }];
      return kind === 'certificate' ? [{ kind: 'log.certified', node, lsn, operation, evidence }] : [];
    }
    case 'escalation': {
      const { operationId: operation, previousLevel: previous, newLevel: next } = entry;
      return [{ kind: 'log.escalation', node, lsn, operation, previous, next }];
    }
    case 'finalization':
      return [{ kind: 'log.finalization', node, lsn, operation: entry.operationId, outcome: entry.outcome }];
    case 'visibility_gate_crossing': {
      const { operationId: operation, downstreamCoroutineId: downstream, gateLevel: level } = entry;
      return [{ kind: 'log.gate', node, lsn, operation, downstream, level }];
    }
  }
}
