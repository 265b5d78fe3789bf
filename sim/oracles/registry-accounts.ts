import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { BatchEnd } from './batch-end.js';
import { Collections } from './collections.js';
import { callOf } from './operation-facts.js';
import { RegistryHistory } from './registry-history.js';
import { followsFrom } from './registry-life.js';
import { isAlive } from './registry-model.js';
import { WatchPins } from './watch-pins.js';

/** How much of what is gone has to be remembered. */
interface Horizon {
  readonly tombstonesMax: number;
}

/**
 * Active count equals the number of non-terminal operations; after eviction, collection or rollback no map remembers the id, save the
 * tombstone. An evicted id is not run anew for as long as its tombstone has to be kept, a terminated owner has nothing alive, nothing is
 * dropped that somebody still waits for, and every record follows from what the operation was. The evidence that an operation needs is kept
 * for as long as it is alive.
 */
export function registryAccounts({ tombstonesMax }: Horizon): Oracle<Fact> {
  const history = new RegistryHistory();
  const { model } = history;
  const pins = new WatchPins(model);
  const collections = new Collections(model);
  const batch = new BatchEnd();
  /** By completion seq: the version at which the operation was evicted. */
  const evictedAt = new Map<number, number>();
  /** By evidence: the operation that needs it. */
  const neededBy = new Map<string, string>();
  return {
    id: 'registry-accounts',
    onFact(fact, check) {
      if (batch.isOver(fact)) judgeOwners(history, check);
      judgeRecord(fact, history, check);
      judgeDropping(fact, history, tombstonesMax, check);
      judgeAnswer(fact, history, check);
      judgeEvidence(fact, history, neededBy, check);
      if (fact.kind === 'client.refused') judgeRefusal(fact, history.termsOf(callOf(fact)), history, check);
      else if (fact.kind === 'client.accepted') {
        const left = collections.leftBy(callOf(fact));
        check(left === undefined, left ?? '', () => `was to be collected for ${fact.node}, and is held`);
      } else if (fact.kind === 'log.evicted') {
        const { operation } = fact;
        const watcher = pins.pinnedBy(operation);
        check(watcher === undefined, operation, () => `is evicted before ${watcher ?? ''} was told its end`);
        evictedAt.set(model.held.get(operation)?.seq ?? 0, history.version + 1);
      } else if (fact.kind === 'client.shown' && (fact.place === 'feed' || fact.place === 'snapshot')) {
        check(
          (evictedAt.get(fact.seq) ?? Infinity) > history.versionOf(callOf(fact)),
          fact.operation,
          () => `is evicted, and ${fact.node} was shown its end in the ${fact.place}`,
        );
      }
      history.observe(fact);
      pins.observe(fact);
      collections.observe(fact);
    },
  };
}

function judgeOwners({ model }: RegistryHistory, check: Check): void {
  if (model.terminatedOwners.size === 0) return;
  for (const { operation, owner } of [...model.held.values()].filter(isAlive)) {
    check(!model.terminatedOwners.has(owner), operation, () => `is alive, and ${owner} is terminated`);
  }
}

/** What a record says of an operation has to follow from what it was. */
function judgeRecord(fact: Fact, { model }: RegistryHistory, check: Check): void {
  if (fact.kind === 'log.registered') {
    const { operation, owner } = fact;
    const standing = model.standing(operation);
    check(standing === 'absent', operation, () => `is registered anew, and was ${standing}`);
    check(!model.terminatedOwners.has(owner), operation, () => `is registered for the late ${owner}`);
  } else if (
    fact.kind === 'log.ended' ||
    fact.kind === 'log.rolled-back' ||
    fact.kind === 'log.phase' ||
    fact.kind === 'log.peer' ||
    fact.kind === 'log.progress'
  ) {
    const held = model.held.get(fact.operation);
    const standing = model.standing(fact.operation);
    const what = fact.kind === 'log.ended' ? fact.outcome : fact.kind;
    check(
      held !== undefined && isAlive(held) && followsFrom(held, fact),
      fact.operation,
      () => `${what}, and it was ${standing}`,
    );
  } else if (fact.kind === 'log.evicted') {
    const { operation } = fact;
    const held = model.held.get(operation);
    const standing = model.standing(operation);
    check(held !== undefined && !isAlive(held), operation, () => `is evicted, and was ${standing}`);
    check(!model.isAwaited(operation), operation, () => 'is evicted while an open wait is for it');
  }
}

/** An operation needs its evidence until it has ended: it is neither released before, nor evicted. */
function judgeEvidence(
  fact: Fact,
  { model }: RegistryHistory,
  neededBy: Map<string, string>,
  check: Check,
): void {
  if (fact.kind === 'log.evidence-recorded') neededBy.set(fact.evidence, fact.operation);
  else if (fact.kind === 'log.evidence-released' || fact.kind === 'log.evidence-evicted') {
    const operation =
      fact.kind === 'log.evidence-released' ? fact.operation : (neededBy.get(fact.evidence) ?? '');
    const held = model.held.get(operation);
    const what = fact.kind === 'log.evidence-released' ? 'released' : 'evicted';
    check(held === undefined || !isAlive(held), operation, () => `its evidence is ${what}, and it is alive`);
  }
}

/** What is remembered goes when there is too much of it, the oldest first, and not before. */
function judgeDropping(fact: Fact, { model }: RegistryHistory, tombstonesMax: number, check: Check): void {
  const judge = (id: string, [oldest]: Iterable<string>, size: number): void =>
    check(
      oldest === id && size > tombstonesMax,
      id,
      () =>
        `is forgotten; of ${size} that are remembered ${oldest ?? ''} is the oldest, ${tombstonesMax} may be`,
    );
  const { tombstones, terminatedOwners } = model;
  if (fact.kind === 'log.tombstone-dropped') judge(fact.operation, tombstones.keys(), tombstones.size);
  if (fact.kind === 'log.owner-forgotten') judge(fact.owner, terminatedOwners, terminatedOwners.size);
}

/** What somebody is told about operations has to have been so at some moment since he asked. */
function judgeAnswer(fact: Fact, history: RegistryHistory, check: Check): void {
  if (fact.kind === 'client.listed') {
    const found = `${fact.active} ${fact.listing}`.trimEnd();
    const listings = [...history.listingsSince(callOf(fact))];
    check(listings.includes(found), fact.node, () => `was told "${found}", not ${listings.join(' or ')}`);
  } else if (fact.kind === 'client.saw') {
    const { node, operation, standing } = fact;
    const standings = history.standingsSince(callOf(fact), operation);
    check(
      standings.includes(standing),
      operation,
      () => `${node} was told "${standing}", not ${standings.join(' or ')}`,
    );
  } else if (fact.kind === 'client.watched') {
    const { node, operation, end } = fact;
    const standings = history.standingsSince(callOf(fact), operation);
    check(
      standings.some((standing) => fits(end, standing)),
      operation,
      () => `${node} was told "${end}", and it was ${standings.join(', then ')}`,
    );
  }
}

function judgeRefusal(
  fact: Extract<Fact, { readonly kind: 'client.refused' }>,
  terms: string,
  history: RegistryHistory,
  check: Check,
): void {
  const { node, code, subject, status, active } = fact;
  const call = callOf(fact);
  if (code === 'OPERATIONS_MAX_CONCURRENT_EXCEEDED') {
    const actives = history.activesSince(call);
    check(actives.includes(active), node, () => `was told of ${active} alive, not ${actives.join(' or ')}`);
    return;
  }
  if (code === 'OPERATIONS_REGISTRATION_CONFLICT') {
    const others = [...(history.model.terms.get(subject) ?? [])].filter((known) => known !== terms);
    check(others.length > 0, subject, () => `${node} was told of a conflict, and it was always the same`);
  }
  const standings = history.standingsSince(call, subject);
  const wanted = code === 'OPERATIONS_UNKNOWN_OPERATION' ? 'absent' : status;
  check(
    wanted === '' || standings.some((standing) => statusOf(standing) === wanted),
    subject,
    () => `${node} was told "${wanted}", and it was ${standings.join(', then ')}`,
  );
}

function fits(end: string, standing: string): boolean {
  if (end === 'evicted') return standing.startsWith('evicted ');
  return end === 'ended' ? standing.includes('@') : standing === 'absent';
}

/** `running/0/`, `completed@5/0/`, `evicted completed@5` and `absent`, less all but the status. */
function statusOf(standing: string): string {
  return standing.replace(/^evicted /, '').replace(/[@/].*$/, '');
}
