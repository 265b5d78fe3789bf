import type { AuthorityBench } from './authority-bench.js';
import { authorityOptions } from './authority-bench.js';
import { readArray } from '../../../src/codec/shape.js';
import { ownershipProjection } from '../../../src/ownership/projection.js';
import { auditSince } from '../../../src/ownership/audit.js';

/** The audit of a bench's authority, in order: each record in a few words. */
export async function auditOf(bench: AuthorityBench): Promise<readonly string[]> {
  const { state } = await bench.node.durableState();
  const [captured = null] = readArray(state, 'state');
  const ownership = ownershipProjection(authorityOptions.ownership).restore(captured);
  return auditSince(ownership, 0, 1000).records.map(({ artifact, event, reason }) => {
    const why = event === 'used' || event === 'rejected' ? ` (${reason?.split(':')[0] ?? ''})` : '';
    return `${event} ${artifact.kind}${why}`;
  });
}
