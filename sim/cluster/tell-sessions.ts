import type { CborValue } from '../../src/codec/cbor.js';
import { decodeEntry } from '../../src/sessions/entry-codec.js';
import type { Fact } from '../oracles/facts.js';
import { bytesDigest } from './bytes-digest.js';

/** What an entry of the sessions room says, for the oracles. */
export function tellSessions(value: CborValue, node: string): Fact {
  const entry = decodeEntry(value);
  const { sid } = entry;
  switch (entry.kind) {
    case 'opened': {
      const { sessionId: session, requestId: request, plan } = entry;
      return { kind: 'log.protocol-opened', node, sid, session, request, plan: plan.digest };
    }
    case 'sent': {
      const { from, to, label } = entry;
      const payload = bytesDigest(entry.payload);
      return { kind: 'log.protocol-sent', node, sid, from, to, label, payload };
    }
    case 'received': {
      const { from, to, label } = entry;
      return { kind: 'log.protocol-received', node, sid, from, to, label };
    }
    case 'default_handler_bound':
    case 'edge_handler_bound':
    case 'trace_recorded':
      return { kind: 'log.protocol-changed', node, sid, what: entry.kind };
    case 'status_changed':
      return { kind: 'log.protocol-status', node, sid, status: entry.status.kind };
    case 'archived':
      return { kind: 'log.protocol-archived', node, sid };
    case 'forgotten':
      return { kind: 'log.protocol-forgotten', node, sid };
  }
}
