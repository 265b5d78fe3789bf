import { type CborValue, encodeCanonical } from '../../src/codec/cbor.js';
import { readOneOf } from '../../src/codec/shape.js';
import { decodeEntry } from '../../src/node/authority/ledger-entry.js';
import type { Fact } from '../oracles/facts.js';
import { bytesDigest } from './bytes-digest.js';
import { digestOfSettlement } from './recorded-authority.js';
import { tellOwnership } from './tell-ownership.js';
import { tellSessions } from './tell-sessions.js';
import type { RecordTeller } from './witness.js';

/** What the records of an authority say, for the oracles. Remembers of which session an operation is. */
export function tellAuthority(node: string): RecordTeller {
  const sessions = new Map<string, string>();
  const tellLedger = (value: CborValue): readonly Fact[] => {
    const entry = decodeEntry(value);
    switch (entry.kind) {
      case 'admitted': {
        const { operationId: operation, sessionId: session, workflow, inputDigest } = entry.operation;
        sessions.set(operation, session);
        const terms = bytesDigest(encodeCanonical([session, workflow, inputDigest]));
        return [{ kind: 'log.admitted', node, operation, session, terms }];
      }
      case 'settled': {
        const { operationId: operation, generation, settlement } = entry;
        const { outcome } = settlement;
        const session = sessions.get(operation) ?? '';
        const payload = digestOfSettlement(settlement);
        return [{ kind: 'log.settled', node, operation, session, generation, outcome, payload }];
      }
      case 'entombed':
      case 'forgotten':
        return [];
    }
  };
  return ({ room, value }) => {
    switch (readOneOf(room, 'record[0]', ['ownership', 'ledger', 'sessions'])) {
      case 'ownership':
        return [tellOwnership(value, node)];
      case 'ledger':
        return tellLedger(value);
      case 'sessions':
        return [tellSessions(value, node)];
    }
  };
}
