import { utf8Length } from '../codec/utf8.js';
import type { Milliseconds } from '../runtime/clock.js';
import { type CanonicalRequest, canonicalRequest, InvalidRequest } from './canonical-request.js';
import type { ClaimCommand, FenceCommand } from './dedup-command.js';
import type { DedupEntry } from './dedup-entry.js';
import { type DedupLimits, sessionIdBytesMax } from './dedup-limits.js';
import type { DedupRecord } from './dedup-record.js';
import { DedupFull, type DedupRefusal, Fenced, RequestConflict } from './dedup-refusal.js';
import { forgettable, isForgettable, unguarded } from './dedup-retention.js';
import { type DedupState, recordOf } from './dedup-state.js';
import { type IdempotencyKey, keyOf } from './idempotency-key.js';
import type { RemoteOutcome } from './remote-outcome.js';

/** What a claim comes to. */
export type ClaimAnswer =
  /** To be carried out by whoever made the claim, once it is durable. */
  | { readonly kind: 'begin'; readonly key: IdempotencyKey; readonly run: number }
  /** It runs already: wait for what that comes to. */
  | { readonly kind: 'attach'; readonly key: IdempotencyKey; readonly run: number }
  /** It has ended: this is how. */
  | { readonly kind: 'answer'; readonly key: IdempotencyKey; readonly outcome: RemoteOutcome }
  | { readonly kind: 'refused'; readonly refusal: DedupRefusal };

/** A claim as it was decided: what it comes to, and what is to be recorded for that. */
export interface DecidedClaim {
  readonly answer: ClaimAnswer;
  readonly entries: readonly DedupEntry[];
}

/** Decides a claim: whether it is well formed, then whether its session may, then what is known of its key. */
export function decideClaim(state: DedupState, command: ClaimCommand, limits: DedupLimits): DecidedClaim {
  const { sessionId, generation } = command;
  const read = readClaim(command);
  if (read instanceof InvalidRequest) return refused(read);
  const { key, request } = read;
  const atMs = Math.max(state.timeMs, command.nowMs);
  const fenced = passFence(state, command, atMs, limits);
  if (fenced.kind === 'refused') return refused(fenced.refusal);
  const { dropped, raised } = fenced;
  const act = { sessionId, generation, atMs };
  const found = recordOf(state, key);
  if (found === undefined || isForgettable(found, atMs, limits)) {
    const forgotten = roomForRecord(state, atMs, limits, found);
    if (forgotten === undefined) return refused(new DedupFull('records', limits.recordsMax));
    const answer = { kind: 'begin', key, run: 1 } as const;
    return { answer, entries: [...dropped, ...forgotten, { kind: 'claimed', key, request, ...act }] };
  }
  if (!sameBytes(found.request, request)) return refused(new RequestConflict(found));
  const { progress, run } = found;
  if (progress.kind === 'abandoned') {
    const answer = { kind: 'begin', key, run: run + 1 } as const;
    return { answer, entries: [...dropped, { kind: 'run_begun', key, ...act }] };
  }
  return progress.kind === 'in_flight'
    ? { answer: { kind: 'attach', key, run }, entries: raised }
    : { answer: { kind: 'answer', key, outcome: progress.outcome }, entries: raised };
}

/** Whether a session’s generation may pass, and what is to be recorded so that no lower one will. */
export type FencePass =
  | {
      readonly kind: 'passed';
      /** Which fences make room for its own, when something is recorded that sets it. */
      readonly dropped: readonly DedupEntry[];
      /** What is to be recorded when nothing else is. */
      readonly raised: readonly DedupEntry[];
    }
  | { readonly kind: 'refused'; readonly refusal: InvalidRequest | Fenced | DedupFull };

export function decideFence(state: DedupState, command: FenceCommand, limits: DedupLimits): FencePass {
  const fault = sessionFault(command);
  if (fault !== undefined) return { kind: 'refused', refusal: fault };
  return passFence(state, command, Math.max(state.timeMs, command.nowMs), limits);
}

function passFence(
  state: DedupState,
  { sessionId, generation }: Pick<FenceCommand, 'sessionId' | 'generation'>,
  atMs: Milliseconds,
  limits: DedupLimits,
): FencePass {
  const fence = state.fences.get(sessionId);
  if (fence !== undefined && generation < fence.generation) {
    return { kind: 'refused', refusal: new Fenced(sessionId, generation, fence.generation) };
  }
  const dropped = fence === undefined ? roomForFence(state, atMs, limits) : [];
  if (dropped === undefined) {
    return { kind: 'refused', refusal: new DedupFull('sessions', limits.sessionsMax) };
  }
  const isHigher = fence === undefined || generation > fence.generation;
  const raise = { kind: 'generation_raised', sessionId, generation, atMs } as const;
  return { kind: 'passed', dropped, raised: isHigher ? [...dropped, raise] : [] };
}

/** What has to be forgotten for one more record, `expired` in any case; undefined when that makes no room. */
function roomForRecord(
  state: DedupState,
  nowMs: Milliseconds,
  limits: DedupLimits,
  expired: DedupRecord | undefined,
): readonly DedupEntry[] | undefined {
  // More than one when the limit was higher in an earlier life.
  const surplus = state.inFlight.size + state.settled.size + 1 - limits.recordsMax;
  const keys = new Set(expired === undefined ? [] : [expired.key]);
  if (keys.size < surplus) {
    for (const key of forgettable(state, nowMs, limits)) {
      keys.add(key);
      if (keys.size === surplus) break;
    }
  }
  return keys.size < surplus ? undefined : [...keys].map((key) => ({ kind: 'forgotten', key }));
}

/** Which fences have to go for one more; undefined when too few may. */
function roomForFence(
  state: DedupState,
  nowMs: Milliseconds,
  limits: DedupLimits,
): readonly DedupEntry[] | undefined {
  const surplus = state.fences.size + 1 - limits.sessionsMax;
  const dropped: DedupEntry[] = [];
  if (surplus <= 0) return dropped;
  for (const sessionId of unguarded(state, nowMs, limits)) {
    dropped.push({ kind: 'fence_dropped', sessionId });
    if (dropped.length === surplus) return dropped;
  }
  return undefined;
}

interface ReadClaim {
  readonly key: IdempotencyKey;
  readonly request: CanonicalRequest;
}

function readClaim(command: ClaimCommand): ReadClaim | InvalidRequest {
  const fault = sessionFault(command);
  if (fault !== undefined) return fault;
  try {
    const request = canonicalRequest(command.request);
    return { key: keyOf(command.identity, request), request };
  } catch (error) {
    if (error instanceof InvalidRequest) return error;
    throw error;
  }
}

function sessionFault({
  sessionId,
  generation,
}: Pick<FenceCommand, 'sessionId' | 'generation'>): InvalidRequest | undefined {
  const length = utf8Length(sessionId);
  if (length === undefined || length === 0 || length > sessionIdBytesMax) {
    return new InvalidRequest('session', `a session has no id of 1 to ${sessionIdBytesMax} bytes`);
  }
  if (Number.isSafeInteger(generation) && generation >= 0) return undefined;
  return new InvalidRequest('generation', `${generation} is no generation`);
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

function refused(refusal: DedupRefusal): DecidedClaim {
  return { answer: { kind: 'refused', refusal }, entries: [] };
}
