import type { Violation } from '../kernel/simulation.js';
import type { RecordedEvent, TraceEvent } from '../trace/event.js';
import { aboutSubject } from './about-subject.js';

/** What an event of this kind says about any failure of its machine. Kinds that are not here say something by their subject only. */
const weightOfKind: Readonly<Record<string, number>> = {
  'process.paused': 80,
  'disk.fault': 70,
  'network.fault': 60,
  'clock.fault': 30,
  io: 40,
  'no-space': 40,
  'node.refused': 60,
  'node.decided': 25,
  'node.snapshot': 20,
  'node.snapshot-failed': 40,
  'node.folded': 15,
  'log.truncated': 35,
  'log.flushed': 12,
  'log.lease-expired': 30,
  'worker.lost': 30,
  'worker.took-over': 35,
  'disk.rename': 15,
  'disk.remove': 10,
  'disk.sync': 8,
  'disk.writeAt': 8,
  'node.ready': 8,
};

const crashWeight = 90;
const recoveryWeight = 50;
/** A write that was lost, or could be, when its machine crashed, its file was renamed, or the run ended. */
const unsyncedWeight = 40;
const subjectWeight = 60;
const firstWordWeight = 20;
/** What the invariant's own name is of: `bulkhead-conserved` is about `bulkhead.granted`. */
const topicWeight = 20;
const topicLengthLeast = 4;
/** What happens once says more than what happens all the time. */
const rarityWeight = 20;
const witnessWeight = 90;
/** What happened at machines that have nothing to do with the subject. */
const elsewhere = 0.35;
/** Each earlier event of one kind at one place says so much less, and hardly less when it names the subject. */
const repetition = 0.55;
const subjectRepetition = 0.85;
/** What an event is about the subject when it is about something that the subject's own events name. */
const kinShare = 0.35;
/** The first event of a run counts so much of what it would count as the last one. */
const agedLeast = 0.6;

/** How much each event up to a violation, which is the last one, has to say about it. */
export function weighEvents(
  events: readonly RecordedEvent[],
  { invariant, subject }: Violation,
): readonly number[] {
  const shares = sharesOf(events, aboutSubject(subject));
  const topics = invariant.split(/[-:]/).filter(({ length }) => length >= topicLengthLeast);
  const witness = events.length - 2;
  const lanes = new Set(
    events.flatMap(({ event }, place) => (shares[place] === 1 || place === witness ? [laneOf(event)] : [])),
  );
  const lasting = unsyncedWrites(events);
  const recoveries = firstRecoveries(events);
  const first = shares.findIndex((share) => share > 0);
  const seen = new Map<string, number>();
  const kinds = new Map<string, number>();
  for (const { event } of events) kinds.set(event.kind, (kinds.get(event.kind) ?? 0) + 1);
  const weights = events.map(() => 0);
  for (let place = witness; place >= 0; place -= 1) {
    const event = events[place]?.event;
    if (event === undefined) continue;
    const share = shares[place] ?? 0;
    const ofKind = lasting.has(place)
      ? unsyncedWeight
      : recoveries.has(place)
        ? recoveryWeight
        : kindWeight(event);
    const lane = lanes.has(laneOf(event)) ? 1 : elsewhere;
    const sort = `${event.kind} ${laneOf(event)} ${share > 0} ${event['result'] === 'ok'} ${lasting.has(place)}`;
    const times = seen.get(sort) ?? 0;
    seen.set(sort, times + 1);
    const aged = agedLeast + (1 - agedLeast) * (place / events.length);
    const rarity =
      share > 0 ? rarityWeight * (1 - Math.log(kinds.get(event.kind) ?? 1) / Math.log(events.length)) : 0;
    const isTopical = lane === 1 && topics.some((topic) => event.kind.includes(topic));
    const plain =
      ofKind * lane +
      subjectWeight * share +
      rarity +
      (place === first ? firstWordWeight : 0) +
      (isTopical ? topicWeight : 0);
    weights[place] = plain * aged * (share === 1 ? subjectRepetition : repetition) ** times;
    if (place === witness) weights[place] = witnessWeight;
  }
  return weights;
}

/** Events that name the subject lead to others: the operation behind a key, the session behind a call. */
function sharesOf(events: readonly RecordedEvent[], about: (event: TraceEvent) => number): readonly number[] {
  const shares = events.map(({ event }) => about(event));
  const kin = new Set(events.flatMap(({ event }, place) => (shares[place] === 1 ? idsOf(event) : [])));
  return shares.map((share, place) => {
    const event = events[place]?.event;
    if (share > kinShare || event === undefined || !idsOf(event).some((id) => kin.has(id))) return share;
    return kinShare;
  });
}

function idsOf({ kind: _kind, node: _node, path: _path, ...fields }: TraceEvent): readonly string[] {
  return Object.values(fields).flatMap((value) =>
    typeof value === 'string' && /^(?=.*[a-z])(?=.*\d)\S+$/i.test(value) ? [value] : [],
  );
}

/** The machine of an event. A copy of a disk, on which somebody recovers beside it, counts as its machine. */
export function laneOf({ node }: TraceEvent): string {
  return node.endsWith('.copy') ? node.slice(0, -'.copy'.length) : node;
}

function kindWeight(event: TraceEvent): number {
  const { kind } = event;
  if (kind === 'process.crashed') return event['cause'] === 'done' ? 0 : crashWeight;
  if (kind === 'disk.crashed') return event['crash'] === 'power' ? recoveryWeight : 0;
  if (kind === 'network.dropped') return event['reason'] === 'lost' || event['reason'] === 'cut' ? 25 : 4;
  return weightOfKind[kind] ?? 0;
}

/** Places of the last write to each file that no sync followed before its machine crashed, the file was renamed, or the run ended. */
function unsyncedWrites(events: readonly RecordedEvent[]): ReadonlySet<number> {
  const open = new Map<string, Map<string, number>>();
  const lasting = new Set<number>();
  for (const [place, { event }] of events.entries()) {
    const { kind, node } = event;
    const files = open.get(node) ?? new Map<string, number>();
    open.set(node, files);
    const path = String(event['path']);
    const write = files.get(path);
    if (kind === 'disk.writeAt') files.set(path, place);
    else if (kind === 'disk.sync' && event['result'] === 'ok') files.delete(path);
    else if (kind === 'disk.rename') {
      if (write !== undefined) lasting.add(write);
      files.delete(path);
    } else if (kind === 'disk.crashed') {
      for (const at of files.values()) lasting.add(at);
      files.clear();
    }
  }
  for (const files of open.values()) for (const at of files.values()) lasting.add(at);
  return lasting;
}

/** Places where a machine first says, after a crash, what it found on its disk. */
function firstRecoveries(events: readonly RecordedEvent[]): ReadonlySet<number> {
  const down = new Set<string>();
  const places = new Set<number>();
  for (const [place, { event }] of events.entries()) {
    if (event.kind === 'process.crashed' && event['cause'] !== 'done') down.add(event.node);
    else if (event.kind === 'log.recovered' && down.delete(event.node)) places.add(place);
  }
  return places;
}
