import type { RunEnd } from '../kernel/simulation.js';
import { lanesOf, lanesText } from './combined-fingerprint.js';
import { faultEntries, rangesField } from './decode-tables.js';
import {
  asRecord,
  FieldError,
  integerField,
  type JsonRecord,
  listField,
  numberField,
  oneOfField,
  recordField,
  tableEntries,
  textField,
  textListField,
} from './json-fields.js';
import { emptyTally, type FoundFailure, placeOf, type Tally } from './tally.js';

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
    seeds: [...rangesField(fields, 'seeds')],
    faults: new Map(faultEntries(fields)),
    checks: new Map(tableEntries(fields, 'checks', integerField)),
    sometimes: new Map(tableEntries(fields, 'sometimes', integerField)),
    seenIn: new Map(tableEntries(fields, 'seenIn', integerField)),
    situations: new Map(tableEntries(fields, 'situations', integerField)),
    states: new Map(tableEntries(fields, 'states', textListField)),
    failures: new Map(listField(fields, 'failures').map(failureOf)),
    inconclusive: fields['inconclusive'] === null ? undefined : inconclusiveOf(fields),
    orderShare: fields['orderShare'] === null ? undefined : numberField(fields, 'orderShare'),
    lanes: lanesOf(textField(fields, 'lanes')),
  };
}

function failureOf(value: unknown): [string, FoundFailure] {
  const fields = asRecord(value) ?? {};
  const failure = {
    invariant: textField(fields, 'invariant'),
    state: textField(fields, 'state'),
    subject: textField(fields, 'subject'),
    message: textField(fields, 'message'),
    seed: integerField(fields, 'seed'),
    events: integerField(fields, 'events'),
    fingerprint: textField(fields, 'fingerprint'),
    count: integerField(fields, 'count'),
  };
  return [placeOf(failure), failure];
}

function inconclusiveOf(fields: JsonRecord): Tally['inconclusive'] {
  const found = recordField(fields, 'inconclusive');
  return {
    seed: integerField(found, 'seed'),
    end: oneOfField(runEnds, found, 'end'),
    count: integerField(found, 'count'),
  };
}
