import type { OwnershipReceipt, ReadinessWitness } from '../../../src/ownership/capability.js';
import type { AuthorityCommand, OwnershipCommand } from '../../../src/ownership/command.js';
import type { OwnershipLimits } from '../../../src/ownership/limits.js';
import type { OwnershipScope } from '../../../src/ownership/scope.js';
import { showsCapability } from './intent.js';

/**
 * Ownership once more, as small and as differently as it can be told: one list of all tenures that ever were, texts to compare, and
 * everything else looked up anew whenever it is asked for. Knows the answer to each command, and what is then to be seen.
 */
interface Tenure {
  readonly session: string;
  readonly generation: number;
  readonly owner: string;
  readonly scope: string;
  readonly request: string;
  until: number;
  isOver: boolean;
}

interface Offer {
  readonly text: string;
  readonly to: string;
  readonly from: Tenure;
  readonly scope: string;
  readonly until: number;
}

interface Ready {
  readonly id: number;
  readonly text: string;
  readonly under: Tenure;
  isConsumed: boolean;
}

type Act = Extract<
  AuthorityCommand,
  {
    kind:
      'use' | 'release' | 'close' | 'attenuate' | 'begin_transfer' | 'issue_readiness' | 'consume_readiness';
  }
>;

export class OwnershipModel {
  readonly #limits: OwnershipLimits;
  readonly #tenures: Tenure[] = [];
  readonly #policies = new Map<string, string>();
  #offers: Offer[] = [];
  readonly #readiness: Ready[] = [];
  readonly #ended = new Map<string, string>();
  #archived: string[] = [];
  #spent = 0;
  #claimIds = 0;
  #witnessIds = 0;
  #latestMs = 0;
  #nowMs = 0;

  constructor(limits: OwnershipLimits) {
    this.#limits = limits;
  }

  /** The code of the refusal, without its prefix, or `ok`; what the command does is done. */
  answer(command: Exclude<OwnershipCommand, { kind: 'deny' }>): string {
    const before = JSON.stringify(this.view());
    this.#nowMs = Math.max(this.#latestMs, command.atMs);
    const answer = this.#answer(command);
    // Time is known to have passed once something is recorded at it.
    const isNews = answer !== 'ok' || command.kind === 'use' || JSON.stringify(this.view()) !== before;
    if (isNews) this.#latestMs = this.#nowMs;
    return answer;
  }

  #answer(command: Exclude<OwnershipCommand, { kind: 'deny' }>): string {
    if (command.kind === 'expire_due') {
      for (const session of this.#policies.keys()) this.#passTime(session);
      return 'ok';
    }
    if (command.kind !== 'reap') return this.#judge(command);
    const rest = [...this.#ended.keys()].filter((session) => !this.#archived.includes(session));
    this.#archived.push(...this.#inOrder(rest));
    while (this.#archived.length > this.#limits.archivedMax) this.#forget(this.#archived.shift() ?? '');
    return 'ok';
  }

  /** By session: its end, or its owner with generation, scope, end of the lease, offer and witnesses. */
  view(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.#policies.keys()].map((session) => {
        const end = this.#ended.get(session);
        const last = this.#tenures.findLast((tenure) => tenure.session === session);
        const where = this.#archived.includes(session) ? 'archived' : 'held';
        if (end !== undefined) return [session, `${where} ${end} ${last?.generation}`];
        const live = this.#live(session);
        if (live === undefined) return [session, `free ${last?.generation}`];
        const offer = this.#offers.find(({ from }) => from === live);
        const ready = this.#readiness.filter(({ under, isConsumed }) => under === live && !isConsumed);
        return [
          session,
          `${live.owner} ${live.generation} ${live.scope} ${live.until} ${offer?.to} ${ready.map(({ id }) => id).join()}`,
        ];
      }),
    );
  }

  #judge(command: AuthorityCommand): string {
    const session =
      command.kind === 'claim'
        ? command.sessionId
        : command.kind === 'commit_transfer'
          ? command.receipt.sessionId
          : command.capability.sessionId;
    this.#passTime(session);
    if (this.#ended.has(session)) return 'TERMINAL';
    const live = this.#live(session);
    if (command.kind === 'claim') return this.#claim(command, live);
    if (!this.#policies.has(session)) return 'SESSION_NOT_FOUND';
    const last = this.#tenures.findLast((tenure) => tenure.session === session);
    const offer = this.#offers.find(({ from }) => from === live);
    if (!showsCapability(command)) {
      if (live === undefined) return 'UNCLAIMED';
      if (offer === undefined) return 'TRANSFER_NOT_PENDING';
      if (offer.text !== textOf(command.receipt)) return 'RECEIPT_MISMATCH';
      if (offer.to !== command.byOwnerId) return 'NOT_THE_TARGET';
      this.#end(live);
      this.#begin(session, offer.to, offer.scope, '', this.#nowMs + this.#limits.leaseTtlMs);
      return 'ok';
    }
    const { capability } = command;
    if (last !== undefined && capability.generation < last.generation) return 'FENCED';
    if (live === undefined) return 'UNCLAIMED';
    if (`${capability.ownerId} ${capability.generation} ${scopeText(capability.scope)}` !== whoIs(live)) {
      return 'CAPABILITY_MISMATCH';
    }
    switch (command.kind) {
      case 'renew':
        live.until = Math.max(live.until, command.requestedAtMs + this.#limits.leaseTtlMs);
        return 'ok';
      case 'rollback_transfer':
      case 'abandon_transfer':
      case 'fail_transfer': {
        if (offer === undefined) return 'TRANSFER_NOT_PENDING';
        if (offer.text !== textOf(command.receipt)) return 'RECEIPT_MISMATCH';
        this.#offers = this.#offers.filter((other) => other !== offer);
        if (command.kind === 'rollback_transfer') return 'ok';
        this.#end(live);
        this.#finish(
          session,
          command.kind === 'abandon_transfer' ? 'transfer_abandoned' : 'transfer_commit_failed',
        );
        return 'ok';
      }
      case 'use':
      case 'release':
      case 'close':
      case 'attenuate':
      case 'begin_transfer':
      case 'issue_readiness':
      case 'consume_readiness':
        return offer === undefined ? this.#act(command, live) : 'TRANSFER_PENDING';
    }
  }

  #claim(command: Extract<AuthorityCommand, { kind: 'claim' }>, live: Tenure | undefined): string {
    const { sessionId, ownerId, generation, scope, policy, requestId } = command;
    const known = this.#policies.get(sessionId);
    const held = [...this.#policies.keys()].filter((session) => !this.#archived.includes(session)).length;
    if (known === undefined && held >= this.#limits.sessionsMax) return 'LIMIT_REACHED';
    if (known !== undefined && known !== policy) return 'POLICY_CONFLICT';
    if (live !== undefined) {
      const asked = `${ownerId} ${generation} ${scopeText(scope)} ${requestId}`;
      return asked === `${whoIs(live)} ${live.request}` ? 'ok' : 'ALREADY_CLAIMED';
    }
    if (generation !== this.#next(sessionId)) return 'CLAIM_SPENT';
    this.#policies.set(sessionId, policy);
    this.#begin(sessionId, ownerId, scopeText(scope), requestId, this.#nowMs + this.#limits.leaseTtlMs);
    return 'ok';
  }

  #act(command: Act, live: Tenure): string {
    const isWhole = live.scope === '*';
    switch (command.kind) {
      case 'use':
        return reaches(live.scope, scopeText(command.scope)) ? 'ok' : 'SCOPE_VIOLATION';
      case 'release':
        this.#end(live);
        return 'ok';
      case 'close':
        if (!isWhole) return 'SCOPE_VIOLATION';
        this.#end(live);
        this.#finish(live.session, 'closed');
        return 'ok';
      case 'attenuate': {
        if (!reaches(live.scope, scopeText(command.scope))) return 'SCOPE_VIOLATION';
        this.#end(live);
        this.#begin(live.session, live.owner, scopeText(command.scope), '', live.until);
        return 'ok';
      }
      case 'begin_transfer': {
        if (!reaches(live.scope, scopeText(command.scope))) return 'SCOPE_VIOLATION';
        this.#claimIds += 1;
        const { owner, generation } = live;
        const { toOwnerId: to, scope } = command;
        const text = `${this.#claimIds} ${owner} ${generation} ${to} ${generation + 1} ${scopeText(scope)}`;
        const until = this.#nowMs + this.#limits.transferTtlMs;
        this.#offers.push({ text, to, from: live, scope: scopeText(scope), until });
        return 'ok';
      }
      case 'issue_readiness': {
        if (!isWhole) return 'SCOPE_VIOLATION';
        const waiting = this.#readiness.filter(({ under, isConsumed }) => under === live && !isConsumed);
        if (waiting.length >= this.#limits.witnessesMax) return 'LIMIT_REACHED';
        this.#witnessIds += 1;
        const text = `${whoIs(live)} ${command.predicateRef}`;
        this.#readiness.push({ id: this.#witnessIds, text, under: live, isConsumed: false });
        return 'ok';
      }
      case 'consume_readiness':
        return isWhole ? this.#consume(command.witness, live) : 'SCOPE_VIOLATION';
    }
  }

  #consume(witness: ReadinessWitness, live: Tenure): string {
    const shown = `${witness.ownerId} ${witness.generation} ${scopeText(witness.scope)}`;
    const ready = this.#readiness.find(({ id }) => id === witness.witnessId);
    if (shown !== whoIs(live) || ready === undefined) return 'INVALID_WITNESS';
    if (ready.isConsumed) return 'WITNESS_CONSUMED';
    if (ready.text !== `${shown} ${witness.predicateRef}`) return 'INVALID_WITNESS';
    ready.isConsumed = true;
    return 'ok';
  }

  #passTime(session: string): void {
    const live = this.#live(session);
    if (live !== undefined && live.until <= this.#nowMs) {
      this.#end(live);
      if (this.#policies.get(session) === 'fail_closed') this.#finish(session, 'owner_died');
    }
    this.#offers = this.#offers.filter(({ from, until }) => from.session !== session || until > this.#nowMs);
  }

  #live(session: string): Tenure | undefined {
    return this.#tenures.find((tenure) => tenure.session === session && !tenure.isOver);
  }

  #next(session: string): number {
    const last = this.#tenures.findLast((tenure) => tenure.session === session);
    return last === undefined ? this.#spent : last.generation + 1;
  }

  #begin(session: string, owner: string, scope: string, request: string, until: number): void {
    const generation = this.#next(session);
    this.#tenures.push({ session, generation, owner, scope, request, until, isOver: false });
  }

  #end(tenure: Tenure): void {
    tenure.isOver = true;
    this.#offers = this.#offers.filter(({ from }) => from !== tenure);
  }

  #finish(session: string, why: string): void {
    this.#ended.set(session, why);
    // The cancellation witness takes an id.
    this.#witnessIds += 1;
  }

  /** Sessions in the order in which they were first claimed, as far as they are remembered. */
  #inOrder(sessions: readonly string[]): readonly string[] {
    return [...this.#policies.keys()].filter((session) => sessions.includes(session));
  }

  #forget(session: string): void {
    const last = this.#tenures.findLast((tenure) => tenure.session === session);
    this.#spent = Math.max(this.#spent, (last?.generation ?? 0) + 1);
    this.#policies.delete(session);
    this.#ended.delete(session);
    for (let index = this.#tenures.length - 1; index >= 0; index -= 1) {
      if (this.#tenures[index]?.session === session) this.#tenures.splice(index, 1);
    }
  }
}

function whoIs({ owner, generation, scope }: Tenure): string {
  return `${owner} ${generation} ${scope}`;
}

export function scopeText(scope: OwnershipScope): string {
  return scope.kind === 'session' ? '*' : scope.fragments.join('');
}

/** Fragments are named by one letter here. */
function reaches(outer: string, inner: string): boolean {
  return outer === '*' || (inner !== '*' && inner.split('').every((letter) => outer.includes(letter)));
}

function textOf(receipt: OwnershipReceipt): string {
  const { claimId, fromOwnerId, fromGeneration, toOwnerId, toGeneration, scope } = receipt;
  return `${claimId} ${fromOwnerId} ${fromGeneration} ${toOwnerId} ${toGeneration} ${scopeText(scope)}`;
}
