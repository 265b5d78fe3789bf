import type { RunEnd } from '../kernel/simulation.js';
import { lanesOf, lanesText } from './combined-fingerprint.js';
import {
  asRecord,
  FieldError,
  integerField,
  isIndex,
  type JsonRecord,
  listField,
  numberField,
  recordField,
  textField,
  textListField,
} from './json-fields.js';
import { emptyTally, type FoundFailure, placeOf, type SeedRange, type Tally } from './tally.js';

const runEnds: readonly RunEnd[] = ['idle', 'violation', 'events', 'time', 'watch'];

/** A tally as a JSON value. */
export function tallyJson(tally: Tally): JsonRecord {
  return {
    ...tally,
    faults: Object.fromEntries(tally.faults),
    checks: Object.fromEntries(tally.checks),
    sometimes: Object.fromEntries(tally.sometimes),
    seenIn: Object.fromEntries(tally.seenIn),
    situations: Object.fromEntries(tally.situations),
    states: Object.fromEntries(tally.states),
    failures: [...tally.failures.values()],
    inconclusive: tally.inconclusive ?? null,
    orderShare: tally.orderShare ?? null,
    lanes: lanesText(tally.lanes),
  };
}

/** Reads what {@link tallyJson} made. @throws FieldError */
export function tallyOf(value: unknown): Tally {
  const fields = asRecord(value);
  if (fields === undefined) throw new FieldError('tallies', 'objects');
  return {
    ...emptyTally(),
    runs: integerField(fields, 'runs'),
    events: integerField(fields, 'events'),
    virtualMs: integerField(fields, 'virtualMs'),
    workerMs: numberField(fields, 'workerMs'),
    seeds: listField(fields, 'seeds').map(rangeOf),
    faults: mapField(fields, 'faults', (counts, kind) => {
      const count = recordField(counts, kind);
      return { fired: integerField(count, 'fired'), effective: integerField(count, 'effective') };
    }),
    checks: mapField(fields, 'checks', integerField),
    sometimes: mapField(fields, 'sometimes', integerField),
    seenIn: mapField(fields, 'seenIn', integerField),
    situations: mapField(fields, 'situations', integerField),
    states: mapField(fields, 'states', textListField),
    failures: new Map(listField(fields, 'failures').map(failureOf)),
    inconclusive: fields['inconclusive'] === null ? undefined : inconclusiveOf(fields),
    orderShare: fields['orderShare'] === null ? undefined : numberField(fields, 'orderShare'),
    lanes: lanesOf(textField(fields, 'lanes')),
  };
}

function mapField<Value>(
  fields: JsonRecord,
  field: string,
  valueOf: (values: JsonRecord, name: string) => Value,
): Map<string, Value> {
  const values = recordField(fields, field);
  return new Map(Object.keys(values).map((name) => [name, valueOf(values, name)]));
}

function rangeOf(value: unknown): SeedRange {
  const { from, to, step } = asRecord(value) ?? {};
  if (isIndex(from) && isIndex(to) && isIndex(step) && step > 0 && from <= to) return { from, to, step };
  throw new FieldError('seeds', 'a list of ranges');
}

function failureOf(value: unknown): [string, FoundFailure] {
  const fields = asRecord(value) ?? {};
  const failure = {
    invariant: textField(fields, 'invariant'),
    state: textField(fields, 'state'),
    subject: textField(fields, 'subject'),
    message: textField(fields, 'message'),
    seed: integerField(fields, 'seed'),
    fingerprint: textField(fields, 'fingerprint'),
    count: integerField(fields, 'count'),
  };
  return [placeOf(failure), failure];
}

function inconclusiveOf(fields: JsonRecord): Tally['inconclusive'] {
  const found = recordField(fields, 'inconclusive');
  const end = runEnds.find((candidate) => candidate === found['end']);
  if (end === undefined) throw new FieldError('end', runEnds.join(' or '));
  return { seed: integerField(found, 'seed'), end, count: integerField(found, 'count') };
}
