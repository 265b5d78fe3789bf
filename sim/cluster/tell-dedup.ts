import type { CborValue } from '../../src/codec/cbor.js';
import { decodeEntry } from '../../src/remote/dedup-entry.js';
import { outcomeDigest } from '../../src/remote/remote-outcome.js';
import type { Fact } from '../oracles/facts.js';
import { bytesDigest } from './bytes-digest.js';

/** What an entry of the dedup room says, for the oracles. */
export function tellDedup(value: CborValue, node: string): readonly Fact[] {
  const entry = decodeEntry(value);
  switch (entry.kind) {
    case 'claimed': {
      const { key, sessionId: session, generation } = entry;
      const request = bytesDigest(entry.request);
      return [{ kind: 'log.run-begun', node, key, request, session, generation }];
    }
    case 'run_begun': {
      const { key, sessionId: session, generation } = entry;
      return [{ kind: 'log.run-begun', node, key, request: '', session, generation }];
    }
    case 'generation_raised': {
      const { sessionId: session, generation } = entry;
      return [{ kind: 'log.generation-raised', node, session, generation }];
    }
    case 'recorded': {
      const { key } = entry;
      return [{ kind: 'log.run-recorded', node, key, outcome: outcomeDigest(entry.outcome) }];
    }
    case 'diverged':
      return [];
    case 'abandoned':
      return [{ kind: 'log.run-abandoned', node, key: entry.key }];
    case 'forgotten':
      return [{ kind: 'log.request-forgotten', node, key: entry.key }];
    case 'fence_dropped':
      return [{ kind: 'log.fence-dropped', node, session: entry.sessionId }];
  }
}
