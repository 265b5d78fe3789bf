import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { callOf } from './operation-facts.js';
import { RegistryModel } from './registry-model.js';

type Page = Extract<Fact, { readonly kind: 'client.page' }>;

/** What a page has to know of: it was durable when the call came. */
interface Floor {
  readonly watermark: number;
  readonly droppedThrough: number;
}

/**
 * Completion sequence strictly increases; a reader either sees an entry or is told of the gap. Neither is a reader told of a gap that is
 * none, nor shown a row twice, nor left behind at the end of a page that is not full.
 */
export function feedGapFree(): Oracle<Fact> {
  const model = new RegistryModel();
  const floors = new Map<string, Floor>();
  const shown = new Map<string, number[]>();
  return {
    id: 'feed-gap-free',
    onFact(fact, check) {
      if (fact.kind === 'log.ended') {
        const { lastSeq } = model;
        check(fact.seq > lastSeq, fact.operation, () => `completion ${fact.seq} follows ${lastSeq}`);
      } else if (fact.kind === 'call.reached' && fact.purpose === 'feed') {
        const { watermark, droppedThrough } = model;
        floors.set(callOf(fact), { watermark, droppedThrough });
      } else if (fact.kind === 'client.shown' && fact.place === 'feed') {
        const call = callOf(fact);
        shown.set(call, [...(shown.get(call) ?? []), fact.seq]);
      } else if (fact.kind === 'client.page') {
        const call = callOf(fact);
        const floor = floors.get(call) ?? { watermark: 0, droppedThrough: 0 };
        judge(model, fact, shown.get(call) ?? [], floor, check);
        shown.delete(call);
        floors.delete(call);
      }
      model.fold(fact);
    },
  };
}

function judge(model: RegistryModel, page: Page, rows: readonly number[], floor: Floor, check: Check): void {
  const { node, afterSeq, throughSeq, gapThrough, limit } = page;
  const inWords = `page after ${afterSeq} with ${rows.join(', ') || 'no rows'}, through ${throughSeq}`;
  const ordered = rows.every((seq, index) => seq > (rows[index - 1] ?? afterSeq));
  check(ordered, node, () => `${inWords}: its rows do not go on from there`);
  check(
    throughSeq >= (rows.at(-1) ?? afterSeq),
    node,
    () => `${inWords}: the next page would show a row again`,
  );
  const missed = [...model.ends.entries()].find(
    ([seq, { hasRow }]) =>
      hasRow && seq > Math.max(afterSeq, gapThrough) && seq <= throughSeq && !rows.includes(seq),
  );
  check(
    missed === undefined,
    node,
    () => `${inWords}: misses completion ${missed?.[0] ?? ''} and tells of ${gapText(gapThrough)}`,
  );
  const stranger = rows.find((seq) => model.ends.get(seq)?.hasRow !== true);
  check(stranger === undefined, node, () => `${inWords}: completion ${stranger ?? ''} has no row`);
  judgeGap(model, page, floor, check);
  check(
    rows.length >= limit || throughSeq >= floor.watermark,
    node,
    () => `${inWords}: ends before completion ${floor.watermark}, though it is not full`,
  );
}

function judgeGap(
  { droppedThrough }: RegistryModel,
  { node, afterSeq, gapThrough }: Page,
  floor: Floor,
  check: Check,
): void {
  check(
    gapThrough > 0 || floor.droppedThrough <= afterSeq,
    node,
    () => `a reader after ${afterSeq} was told of no gap, and completion ${floor.droppedThrough} is dropped`,
  );
  check(
    gapThrough === 0 || (gapThrough > afterSeq && gapThrough <= droppedThrough),
    node,
    () => `a reader after ${afterSeq} was told of ${gapText(gapThrough)}; dropped is ${droppedThrough}`,
  );
}

function gapText(gapThrough: number): string {
  return gapThrough === 0 ? 'no gap' : `a gap through ${gapThrough}`;
}
