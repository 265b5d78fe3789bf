import type { CborValue } from '../codec/cbor.js';
import { readEach, readRecord, readText, readUnsigned } from '../codec/shape.js';
import { type DedupRecord, decodeRecord, encodeRecord } from './dedup-record.js';
import { DedupLogCorrupt, type DedupState, emptyState, recordOf } from './dedup-state.js';

/** The room as data, each part in the order in which it is held: equal states give equal bytes. */
export function capture({ inFlight, settled, fences, timeMs }: DedupState): CborValue {
  return {
    time_ms: timeMs,
    in_flight: [...inFlight.values()].map(encodeRecord),
    settled: [...settled.values()].map(encodeRecord),
    fences: [...fences].map(([sessionId, { generation, usedMs }]) => [sessionId, generation, usedMs]),
  };
}

/** @throws CodecError or {@link DedupLogCorrupt} on what no room could be. */
export function restore(value: CborValue): DedupState {
  const captured = readRecord(value, 'dedup');
  const state = { ...emptyState(), timeMs: readUnsigned(captured['time_ms'], 'dedup.time_ms') };
  for (const record of readEach(captured['in_flight'], 'dedup.in_flight', decodeRecord)) {
    hold(state, record, record.progress.kind === 'in_flight');
  }
  for (const record of readEach(captured['settled'], 'dedup.settled', decodeRecord)) {
    hold(state, record, record.progress.kind !== 'in_flight');
  }
  for (const fence of readEach(captured['fences'], 'dedup.fences', readFence)) {
    const [sessionId, generation, usedMs] = fence;
    if (state.fences.has(sessionId)) throw new DedupLogCorrupt(sessionId, 'has two fences');
    state.fences.set(sessionId, { generation, usedMs });
  }
  return state;
}

function readFence(value: CborValue, path: string): readonly [string, number, number] {
  const [sessionId, generation, usedMs] = readEach(value, path, (part) => part);
  return [
    readText(sessionId, `${path}[0]`),
    readUnsigned(generation, `${path}[1]`),
    readUnsigned(usedMs, `${path}[2]`),
  ];
}

function hold(state: DedupState, record: DedupRecord, isInPlace: boolean): void {
  const { key, progress } = record;
  if (!isInPlace) throw new DedupLogCorrupt(key, `is ${progress.kind}, in the wrong place`);
  if (recordOf(state, key) !== undefined) throw new DedupLogCorrupt(key, 'claimed twice');
  (progress.kind === 'in_flight' ? state.inFlight : state.settled).set(key, record);
}
