import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { Admissions } from './admissions.js';
import { BatchEnd } from './batch-end.js';
import { callOf, isOfLog } from './operation-facts.js';
import { isAlive, type ModelOperation, RegistryModel } from './registry-model.js';

/** How much the registry may hold. */
export interface DeclaredLimits {
  readonly completedMax: number;
  /** Infinity: any number. */
  readonly activeMax: number;
  readonly tombstonesMax: number;
  readonly waitsMax: number;
}

/** What follows an end in its own batch. */
const withEnds: ReadonlySet<string> = new Set([
  'disk.promised',
  'log.ended',
  'log.wait-satisfied',
  'log.evicted',
  'log.tombstone-dropped',
  'log.owner-forgotten',
]);

/**
 * What is held stays within its declared limits: ended operations up to `completedMax`, the oldest go first, beyond that only those that
 * somebody waits for;
 * living ones, tombstones, terminated owners and waits; the rows of a page.
 */
export function bounded(limits: DeclaredLimits): Oracle<Fact> {
  const model = new RegistryModel();
  const watches = new Watches();
  const admissions = new Admissions();
  const batch = new BatchEnd();
  const rows = new Map<string, number>();
  let hasEnds = false;
  let evictedSeq = 0;
  return {
    id: 'bounded',
    onFact(fact, check) {
      if (!withEnds.has(fact.kind)) {
        if (hasEnds) judgeEnds(model, watches, limits, check);
        hasEnds = false;
      }
      if (evictedSeq > 0 && (fact.kind === 'log.ended' || !withEnds.has(fact.kind))) {
        judgeOrder(model, watches, evictedSeq, check);
        evictedSeq = 0;
      }
      if (fact.kind === 'log.evicted') {
        const held = model.held.get(fact.operation);
        // What has no row does not wait for its turn.
        if (held?.hasRow === true) evictedSeq = Math.max(evictedSeq, held.seq);
      }
      if (batch.isOver(fact)) judgeRest(model, limits, check);
      watches.observe(fact);
      admissions.observe(fact);
      model.fold(fact);
      if (fact.kind === 'log.ended') hasEnds = true;
      else if (fact.kind === 'log.registered') {
        const { activeCount } = model;
        const activeMax = Math.min(limits.activeMax, admissions.limitOf(fact.operation));
        check(
          activeCount <= activeMax,
          fact.operation,
          () => `${activeCount} are alive, ${activeMax} may be`,
        );
      } else if (fact.kind === 'client.shown' && fact.place === 'feed') {
        rows.set(callOf(fact), (rows.get(callOf(fact)) ?? 0) + 1);
      } else if (fact.kind === 'client.page') {
        const count = rows.get(callOf(fact)) ?? 0;
        check(count <= fact.limit, fact.node, () => `a page of ${count} rows, ${fact.limit} were asked for`);
        rows.delete(callOf(fact));
      }
    },
  };
}

/** To be asked when a batch that ended something is over. */
function judgeEnds(
  model: RegistryModel,
  watches: Watches,
  { completedMax }: DeclaredLimits,
  check: Check,
): void {
  const ended = [...model.held.values()].filter((held) => !isAlive(held));
  const free = ended.find((held) => isFree(held, model, watches));
  check(
    ended.length <= completedMax || free === undefined,
    free?.operation ?? '',
    () => `is held, and nobody waits for it; ${ended.length} have ended, ${completedMax} may be held`,
  );
}

/** To be asked when a batch that evicted something is over. */
function judgeOrder(model: RegistryModel, watches: Watches, evictedSeq: number, check: Check): void {
  const older = [...model.held.values()].find(
    (held) => !isAlive(held) && held.seq < evictedSeq && isFree(held, model, watches),
  );
  check(
    older === undefined,
    older?.operation ?? '',
    () => `is held, and nobody waits for it; completion ${evictedSeq} was evicted before ${older?.seq ?? 0}`,
  );
}

function isFree({ operation }: ModelOperation, model: RegistryModel, watches: Watches): boolean {
  return !model.isAwaited(operation) && !watches.mayHavePinned(operation);
}

function judgeRest(model: RegistryModel, { tombstonesMax, waitsMax }: DeclaredLimits, check: Check): void {
  const { tombstones, terminatedOwners, waits } = model;
  for (const [what, size, max] of [
    ['tombstones', tombstones.size, tombstonesMax],
    ['terminated owners', terminatedOwners.size, tombstonesMax],
    ['waits', waits.size, waitsMax],
  ] as const) {
    check(size <= max, what, () => `${size} are held, ${max} may be`);
  }
}

/**
 * Which operations somebody may have watched when the records were decided that a sync has promised only now. A watch that was told after
 * one sync can have counted for what the next one brings, and for no more.
 */
class Watches {
  readonly #open = new Map<string, string>();
  /** By operation: the sync after which the last one was told. */
  readonly #releasedAfter = new Map<string, number>();
  #sync = 0;
  #isPromising = false;

  mayHavePinned(operation: string): boolean {
    const isOpen = [...this.#open.values()].includes(operation);
    return isOpen || (this.#releasedAfter.get(operation) ?? -1) >= this.#sync - 1;
  }

  observe(fact: Fact): void {
    const isPromising = isOfLog(fact);
    if (isPromising && !this.#isPromising) this.#sync += 1;
    this.#isPromising = isPromising;
    if (fact.kind === 'call.reached' && fact.purpose === 'watch') {
      this.#open.set(callOf(fact), fact.subject);
    } else if (fact.kind === 'client.watched' || fact.kind === 'client.answered') {
      this.#release(callOf(fact));
    } else if (fact.kind === 'node.ready') {
      for (const call of this.#open.keys()) this.#release(call);
    }
  }

  #release(call: string): void {
    const operation = this.#open.get(call);
    if (operation === undefined) return;
    this.#open.delete(call);
    this.#releasedAfter.set(operation, this.#sync);
  }
}
