import { type Barrier, type MemberAnswer, isOpen } from '../operations/barrier.js';
import type { OperationsEntry } from '../operations/entry.js';
import type { OperationsRefusal } from '../operations/refusal.js';
import type { OperationsState } from '../operations/state.js';
import type { Proposal } from './room.js';
import type { Shell } from './shell.js';

/** How waiting for a barrier ends. */
export type WaitEnd =
  /** Every member is answered for, in the order of the request. The barrier holds its answers until they are acknowledged. */
  | { readonly kind: 'satisfied'; readonly answers: readonly MemberAnswer[] }
  | { readonly kind: 'cancelled' }
  /** There is no such barrier: never opened, or closed before. */
  | { readonly kind: 'unknown' }
  /** This life of the node is over; the barrier goes on. Wait again after the restart. */
  | { readonly kind: 'closed' };

/** How a wait came out: it ended, or was refused and never began. */
export type WaitOutcome = WaitEnd | { readonly kind: 'refused'; readonly refusal: OperationsRefusal };

type Tell = (end: WaitEnd) => void;

/** One barrier as far as it is durable. */
interface Held {
  /** Undefined while it is open. */
  answers: readonly MemberAnswer[] | undefined;
  readonly waiting: Set<Tell>;
}

/**
 * Who waits for which barrier. Volatile: a restart drops all waiters, and nothing else.
 *
 * It is told of each entry in the order of the log, and only once that entry is durable, and looks at nothing but what it was told. So
 * nobody hears of an end that a crash could undo, and no wake can fall between a look and a wait.
 */
export class BarrierWaiters {
  readonly #barriers: Map<string, Held>;
  #isClosed = false;

  /** @param recovered - What was found when this life began: all of it is durable. */
  constructor({ barriers }: Pick<OperationsState, 'barriers'>) {
    this.#barriers = new Map([...barriers].map(([requestId, barrier]) => [requestId, heldFrom(barrier)]));
  }

  /**
   * Opens a barrier, or attaches to the one that is there, and waits for it. The wait begins at the very place in the log at which that
   * was decided, so that whatever becomes of the barrier later is heard of.
   *
   * @param propose - Decides upon the `wait_all` anew whenever it is called.
   */
  async waitAll(
    shell: Shell,
    requestId: string,
    propose: () => Proposal<OperationsRefusal>,
  ): Promise<WaitOutcome> {
    const ends: Promise<WaitEnd>[] = [];
    const outcome = await shell.submitTogether([
      () => whenTold(propose(), () => ends.push(this.subscribe(requestId))),
    ]);
    if (outcome.kind === 'refused') return outcome;
    return (await ends[0]) ?? { kind: 'unknown' };
  }

  /**
   * Resolves when the barrier is satisfied or cancelled and that is durable; at once when it is satisfied already. Never rejects.
   *
   * To be called when it is durable that the barrier was opened: before that it is not known here.
   */
  subscribe(requestId: string): Promise<WaitEnd> {
    if (this.#isClosed) return Promise.resolve({ kind: 'closed' });
    const held = this.#barriers.get(requestId);
    if (held === undefined) return Promise.resolve({ kind: 'unknown' });
    const { answers, waiting } = held;
    if (answers !== undefined) return Promise.resolve({ kind: 'satisfied', answers });
    return new Promise((tell) => waiting.add(tell));
  }

  /** How many wait for a barrier. */
  count(requestId: string): number {
    return this.#barriers.get(requestId)?.waiting.size ?? 0;
  }

  /** An entry has become durable. */
  told(entry: OperationsEntry): void {
    switch (entry.kind) {
      case 'barrier_opened':
        this.#barriers.set(entry.requestId, { answers: undefined, waiting: new Set() });
        return;
      case 'barrier_satisfied': {
        const { requestId, answers } = entry;
        const held = this.#barriers.get(requestId);
        if (held === undefined) return;
        held.answers = answers;
        tellAll(held, { kind: 'satisfied', answers });
        return;
      }
      case 'barrier_closed': {
        const held = this.#barriers.get(entry.requestId);
        this.#barriers.delete(entry.requestId);
        // Nobody waits for one that was acknowledged: it was satisfied before.
        if (held !== undefined) tellAll(held, { kind: 'cancelled' });
        return;
      }
      case 'operation_registered':
      case 'operation_started':
      case 'operation_retiring':
      case 'peer_ready':
      case 'progress_reported':
      case 'operation_ended':
      case 'operation_rolled_back':
      case 'operation_evicted':
      case 'tombstone_dropped':
      case 'owner_terminated':
      case 'owner_forgotten':
      case 'cursors_advanced':
        return;
    }
  }

  /** The node's life is over: every wait ends, and later ones at once. */
  close(): void {
    this.#isClosed = true;
    for (const held of this.#barriers.values()) tellAll(held, { kind: 'closed' });
  }
}

function heldFrom(barrier: Barrier): Held {
  const answers = isOpen(barrier) ? undefined : [...barrier.answers.values()].filter((one) => one !== null);
  return { answers, waiting: new Set() };
}

function tellAll({ waiting }: Held, end: WaitEnd): void {
  const tells = [...waiting];
  waiting.clear();
  for (const tell of tells) tell(end);
}

/** The proposal, with something more to do when it is durable. */
function whenTold<Refusal extends Error>(proposal: Proposal<Refusal>, more: () => void): Proposal<Refusal> {
  if (proposal.kind === 'refused') return proposal;
  return {
    ...proposal,
    told() {
      proposal.told();
      more();
    },
  };
}
