import type { ClaimAnswer } from '../../../src/remote/dedup-claim.js';
import type { ClaimCommand, DedupCommand } from '../../../src/remote/dedup-command.js';
import type { DedupEntry } from '../../../src/remote/dedup-entry.js';
import type { DedupLimits } from '../../../src/remote/dedup-limits.js';
import { type DedupProjection, dedupProjection } from '../../../src/remote/dedup-projection.js';
import type { DedupRefusal } from '../../../src/remote/dedup-refusal.js';
import type { DedupState } from '../../../src/remote/dedup-state.js';
import { canonicalRequest } from '../../../src/remote/canonical-request.js';
import { deriveKey, type IdempotencyKey, keyOf } from '../../../src/remote/idempotency-key.js';
import type { RemoteOutcome } from '../../../src/remote/remote-outcome.js';
import { ProjectionBench } from '../projection-bench.js';

/** One dedup room, as the shell would drive it. */
export class Dedup extends ProjectionBench<DedupState, DedupCommand, DedupEntry, DedupRefusal> {
  readonly #room: DedupProjection;

  constructor(limits: Partial<DedupLimits> = {}) {
    const room = dedupProjection({ recordsMax: 10, sessionsMax: 10, retentionMs: 100, ...limits });
    super(room);
    this.#room = room;
  }

  /** What a claim comes to, and then that is so. */
  ask(changes: ClaimChanges = {}): ClaimAnswer {
    const command = claim(changes);
    const answer = this.#room.answerTo(this.state, command);
    if (answer.kind !== 'refused') this.do(command);
    return answer;
  }

  /** A request that is carried out at once. */
  carryOut(changes: ClaimChanges, outcome: RemoteOutcome = done('ok')): void {
    const answer = this.ask(changes);
    if (answer.kind !== 'begin') throw new Error(`not to be begun: ${answer.kind}`);
    this.do({ kind: 'settle', key: answer.key, run: answer.run, outcome, nowMs: changes.nowMs ?? 0 });
  }
}

export type ClaimChanges = Partial<ClaimCommand> & { readonly input?: string };

export function claim({ input = 'abc', ...changes }: ClaimChanges = {}): ClaimCommand {
  return {
    kind: 'claim',
    sessionId: 'session',
    generation: 1,
    identity: { kind: 'request' },
    request: { computation: { kind: 'segment_put' }, input: bytes(input) },
    nowMs: 0,
    ...changes,
  };
}

export function keyOfClaim(changes: ClaimChanges = {}): IdempotencyKey {
  const { identity, request } = claim(changes);
  return keyOf(identity, canonicalRequest(request));
}

/** A step that is the same one whatever it is given. */
export const put = {
  kind: 'step',
  flow: deriveKey(bytes('saga:evict:segment-9')),
  object: '09'.repeat(16),
  step: 'segment_put',
} as const;

export function done(response: string): RemoteOutcome {
  return { kind: 'success', response: bytes(response) };
}

export function bytes(content: string): Uint8Array {
  return new Uint8Array(Buffer.from(content));
}
