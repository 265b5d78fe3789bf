import type { CanonicalRequest } from '../../remote/canonical-request.js';
import { requestOf } from '../../remote/canonical-request.js';
import { ComputationFailed, type ComputationHandler } from '../../remote/computation-registry.js';
import type { ClaimAnswer } from '../../remote/dedup-claim.js';
import type { ClaimCommand } from '../../remote/dedup-command.js';
import type { DedupRefusal } from '../../remote/dedup-refusal.js';
import type { ExecuteAnswer } from '../../remote/execute-answer.js';
import type { RequestIdentity } from '../../remote/idempotency-key.js';
import type { RemoteOutcome } from '../../remote/remote-outcome.js';
import { decodeHoldAnswer, type HoldRequest } from '../../remote/segment-computations.js';
import type { DecidedHold } from '../../remote/segments-decide.js';
import type { SegmentsRefusal } from '../../remote/segments-refusal.js';
import { objectAt } from '../../remote/segments-state.js';
import type { Probe } from '../../runtime/probe.js';
import type { Proposal } from '../room.js';
import type { Shell } from '../shell.js';
import { answerOf, responseBytesMax, success, tooLarge, unavailable } from './store-answer.js';
import type { StoreRooms, StoreTimes } from './store-rooms.js';
import { type Asker, fenceAbove, type RunEnd, StoreRun } from './store-run.js';

/** What is to be done for a request that is to be done once. */
export type Work =
  /** In the room of segments, together with the record of it: nothing can fall between the two. */
  | { readonly kind: 'hold'; readonly request: HoldRequest }
  /** In the world outside, at least once under its key: it is for that world to tell duplicates apart by it. */
  | { readonly kind: 'outside'; readonly handler: ComputationHandler };

/** A request to be done once, and who asks for it. */
export interface Claimed extends Asker {
  readonly identity: RequestIdentity;
  readonly request: CanonicalRequest;
}

type Refused = DedupRefusal | SegmentsRefusal | AllFenced;

/** Nobody who asked may act any more. */
class AllFenced extends Error {
  readonly code = 'STORE_ALL_FENCED';
  override readonly name = 'AllFenced';
}

/**
 * Carries requests out: each claim durable before its run begins, each run's outcome durable before it is told, and whatever is asked again
 * meanwhile attached to the run that is on. Flaws F1 and F2; mutants K3 and K6.
 */
export class StoreRuns {
  readonly #shell: Shell;
  readonly #rooms: StoreRooms;
  readonly #times: StoreTimes;
  readonly #probe: Probe;
  readonly #signal: AbortSignal;
  readonly #runs = new Map<string, StoreRun>();

  /** @param signal - Aborts when the life of the node is over. */
  constructor(shell: Shell, rooms: StoreRooms, times: StoreTimes, probe: Probe, signal: AbortSignal) {
    this.#shell = shell;
    this.#rooms = rooms;
    this.#times = times;
    this.#probe = probe;
    this.#signal = signal;
  }

  /** What was in flight when the last life ended has nobody any more who carries it out. To be called before anything else. */
  async abandonAll(): Promise<void> {
    const { dedup } = this.#rooms;
    for (const { key, run } of dedup.state.inFlight.values()) {
      await this.#shell.submit(dedup, { kind: 'abandon', key, run, nowMs: this.#times.dedupMs() });
    }
  }

  async carryOut(claimed: Claimed, work: Work): Promise<ExecuteAnswer> {
    const { sessionId, generation, identity } = claimed;
    const asker = { sessionId, generation };
    const request = requestOf(claimed.request);
    let decided: ClaimAnswer | undefined;
    let run: StoreRun | undefined;
    const outcome = await this.#shell.submitTogether<DedupRefusal>([
      () => {
        const nowMs = this.#times.dedupMs();
        const claim: ClaimCommand = { kind: 'claim', sessionId, generation, identity, request, nowMs };
        const answer = this.#answerTo(claim, work);
        decided = answer;
        const proposal = this.#rooms.dedup.propose(claim);
        if (answer.kind === 'attach') {
          run = this.#runs.get(answer.key);
          run?.attach(asker);
        }
        if (answer.kind !== 'begin') return proposal;
        const begun = new StoreRun(answer.key, answer.run, asker);
        run = begun;
        return applied(proposal, () => this.#runs.set(answer.key, begun));
      },
    ]);
    if (outcome.kind === 'refused') return answerOf(outcome.refusal);
    if (decided?.kind === 'answer') return { kind: 'outcome', outcome: decided.outcome };
    // Attached to a run of which this life knows nothing: there is none, since those of earlier lives were abandoned.
    if (run === undefined) return unavailable('nobody carries it out');
    if (decided?.kind === 'begin') void run.endWith(this.#perform(run, work, request.input));
    const end = await run.ended;
    if (end.kind === 'outcome') return end;
    const highest = fenceAbove(this.#rooms.dedup.state, asker);
    return highest === undefined ? end : { kind: 'fenced', highest };
  }

  async #perform(run: StoreRun, work: Work, input: Uint8Array): Promise<RunEnd> {
    const asker = run.liveAsker(this.#rooms.dedup.state);
    if (asker === undefined) return this.#abandon(run, 'whoever asked was fenced off');
    const { sessionId: session, generation } = asker;
    this.#probe.event('store.effect', { key: run.key, session, generation });
    return work.kind === 'hold' ? this.#hold(run, work.request) : this.#outside(run, work.handler, input);
  }

  /** The change and its record are one batch: a crash leaves both or neither. */
  async #hold(run: StoreRun, request: HoldRequest): Promise<RunEnd> {
    const { dedup, segments, holds } = this.#rooms;
    let decided: DecidedHold | undefined;
    const outcome = await this.#shell.submitTogether<Refused>([
      () => {
        if (run.liveAsker(dedup.state) === undefined) return { kind: 'refused', refusal: new AllFenced() };
        const command = { ...request, nowMs: this.#times.segmentsMs() };
        decided = holds.answerTo(segments.state, command);
        return segments.propose(command);
      },
      () => this.#proposeEnd(run, decided),
    ]);
    if (outcome.kind === 'refused') return this.#refused(run, outcome.refusal);
    if (decided?.kind !== 'decided') return unavailable('nothing was decided');
    return { kind: 'outcome', outcome: success(decided.answer) };
  }

  async #refused(run: StoreRun, { code, message }: Refused): Promise<RunEnd> {
    if (code === 'SEGMENTS_INVALID') {
      const failure = { kind: 'failure', code, message } as const;
      await this.#settle(run, failure);
      return { kind: 'outcome', outcome: failure };
    }
    await this.#abandon(run, message);
    return code === 'SEGMENTS_FULL' ? { kind: 'full', code, message } : unavailable(message);
  }

  async #outside(run: StoreRun, handler: ComputationHandler, input: Uint8Array): Promise<RunEnd> {
    let outcome: RemoteOutcome;
    try {
      const response = await handler(input, { key: run.key, signal: this.#signal });
      outcome =
        response.length > responseBytesMax
          ? tooLarge(response.length)
          : { kind: 'success', response: new Uint8Array(response) };
    } catch (error) {
      if (!(error instanceof ComputationFailed)) return this.#abandon(run, String(error));
      outcome = { kind: 'failure', code: error.code, message: error.message };
    }
    const settled = await this.#settle(run, outcome);
    if (settled === undefined) return { kind: 'outcome', outcome };
    // Text that is none, or too much of it: that it failed has to be recorded all the same.
    const told = { kind: 'failure', code: 'REMOTE_UNRECORDABLE', message: settled.message } as const;
    await this.#settle(run, told);
    return { kind: 'outcome', outcome: told };
  }

  /** Undefined when it is recorded. */
  async #settle(run: StoreRun, outcome: RemoteOutcome): Promise<DedupRefusal | undefined> {
    const settled = await this.#shell.submitTogether<DedupRefusal>([
      () => {
        const { key } = run;
        const nowMs = this.#times.dedupMs();
        const proposal = this.#rooms.dedup.propose({ kind: 'settle', key, run: run.run, outcome, nowMs });
        return applied(proposal, () => this.#runs.delete(run.key));
      },
    ]);
    return settled.kind === 'refused' ? settled.refusal : undefined;
  }

  /** The next claim of its key begins another run. */
  async #abandon(run: StoreRun, message: string): Promise<RunEnd> {
    await this.#shell.submitTogether<DedupRefusal>([() => this.#proposeAbandon(run)]);
    return unavailable(message);
  }

  #proposeAbandon(run: StoreRun): Proposal<DedupRefusal> {
    const { key } = run;
    const nowMs = this.#times.dedupMs();
    const proposal = this.#rooms.dedup.propose({ kind: 'abandon', key, run: run.run, nowMs });
    return applied(proposal, () => this.#runs.delete(run.key));
  }

  /** What may come out otherwise next time is answered, and not kept. Flaw F7. */
  #proposeEnd(run: StoreRun, decided: DecidedHold | undefined): Proposal<DedupRefusal> {
    const isLasting =
      decided?.kind === 'decided' && (decided.answer.kind === 'held' || decided.answer.kind === 'released');
    if (!isLasting) return this.#proposeAbandon(run);
    const nowMs = this.#times.dedupMs();
    const { key } = run;
    const outcome = success(decided.answer);
    const proposal = this.#rooms.dedup.propose({ kind: 'settle', key, run: run.run, outcome, nowMs });
    return applied(proposal, () => this.#runs.delete(run.key));
  }

  /** What was recorded once is looked at again: who has let go since holds nothing, whatever it was told then. Flaw F37. */
  #answerTo(claim: ClaimCommand, work: Work): ClaimAnswer {
    const answer = this.#rooms.answers.answerTo(this.#rooms.dedup.state, claim);
    if (answer.kind !== 'answer' || work.kind !== 'hold' || answer.outcome.kind !== 'success') return answer;
    if (decodeHoldAnswer(answer.outcome.response).kind !== 'held') return answer;
    const { name, holder } = work.request;
    const isHeld = objectAt(this.#rooms.segments.state, name)?.holders.has(holder) === true;
    return isHeld ? answer : { ...answer, outcome: success({ kind: 'released' }) };
  }
}

/** With something more to be done as soon as it is applied, before anything else is decided. */
function applied<Refusal extends Error>(proposal: Proposal<Refusal>, then: () => void): Proposal<Refusal> {
  if (proposal.kind === 'refused') return proposal;
  return {
    ...proposal,
    apply(firstLsn) {
      proposal.apply(firstLsn);
      then();
    },
  };
}
