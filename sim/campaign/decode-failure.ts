import type { RecordedChoice } from '../kernel/tape.js';
import type { RecordedEvent, TraceValue } from '../trace/event.js';
import type { FailureReport } from './campaign-document.js';
import type { CausalLink } from './causal-chain.js';
import type { NeededChoice } from './explain.js';
import {
  booleanField,
  FieldError,
  integerField,
  type JsonRecord,
  nullOr,
  oneOfField,
  recordField,
  recordsField,
  textField,
} from './json-fields.js';
import type { RunSize, ShrunkReport } from './keep-shrunk.js';

const withouts = ['passes', 'inconclusive', 'same', 'worker-lost', 'other'] as const;
const relations = ['choice', 'message', 'same-node', 'disk', 'violation'] as const;

/** One failure of a `campaign.json`. @throws FieldError */
export function decodeFailure(fields: JsonRecord): FailureReport {
  return {
    identity: textField(fields, 'identity'),
    invariant: textField(fields, 'invariant'),
    state: textField(fields, 'state'),
    scenario: textField(fields, 'scenario'),
    seed: integerField(fields, 'seed'),
    count: integerField(fields, 'count'),
    subject: textField(fields, 'subject'),
    message: textField(fields, 'message'),
    fingerprint: nullOr(textField)(fields, 'fingerprint'),
    event: nullOr(integerField)(fields, 'event'),
    atMs: nullOr(integerField)(fields, 'atMs'),
    lastEvents: recordsField(fields, 'lastEvents').map(decodeEvent),
    command: textField(fields, 'command'),
    file: nullOr(textField)(fields, 'file'),
    shrunk: nullOr(shrunkField)(fields, 'shrunk'),
    chain: nullOr(chainField)(fields, 'chain'),
  };
}

function shrunkField(fields: JsonRecord, field: string): ShrunkReport {
  const shrunk = recordField(fields, field);
  return {
    subject: textField(shrunk, 'subject'),
    message: textField(shrunk, 'message'),
    from: sizeField(shrunk, 'from'),
    to: sizeField(shrunk, 'to'),
    trials: integerField(shrunk, 'trials'),
    isMinimal: booleanField(shrunk, 'isMinimal'),
    needed: recordsField(shrunk, 'needed').map(decodeNeeded),
    file: textField(shrunk, 'file'),
    command: textField(shrunk, 'command'),
  };
}

function sizeField(fields: JsonRecord, field: string): RunSize {
  const size = recordField(fields, field);
  return {
    choices: integerField(size, 'choices'),
    events: integerField(size, 'events'),
    virtualMs: integerField(size, 'virtualMs'),
  };
}

function decodeNeeded(fields: JsonRecord): NeededChoice {
  return {
    choice: choiceField(fields, 'choice'),
    next: nullOr(eventField)(fields, 'next'),
    without: oneOfField(withouts, fields, 'without'),
    violates: nullOr(textField)(fields, 'violates'),
  };
}

function choiceField(fields: JsonRecord, field: string): RecordedChoice {
  const choice = recordField(fields, field);
  return {
    label: textField(choice, 'label'),
    occurrence: integerField(choice, 'occurrence'),
    value: integerField(choice, 'value'),
    frame: integerField(choice, 'frame'),
    position: integerField(choice, 'position'),
    atMs: integerField(choice, 'atMs'),
    event: integerField(choice, 'event'),
  };
}

function chainField(fields: JsonRecord, field: string): { readonly links: readonly CausalLink[] } {
  const links = recordsField(recordField(fields, field), 'links').map((link) => ({
    event: eventField(link, 'event'),
    relation: oneOfField(relations, link, 'relation'),
    cause: nullOr(integerField)(link, 'cause'),
    choice: nullOr(choiceField)(link, 'choice'),
    words: textField(link, 'words'),
  }));
  return { links };
}

function eventField(fields: JsonRecord, field: string): RecordedEvent {
  return decodeEvent(recordField(fields, field));
}

function decodeEvent(fields: JsonRecord): RecordedEvent {
  const event = recordField(fields, 'event');
  const { kind: _kind, node: _node, ...rest } = event;
  const values = Object.entries(rest).map(([name, value]) => [name, traceValue(name, value)] as const);
  return {
    index: integerField(fields, 'index'),
    atMs: integerField(fields, 'atMs'),
    event: {
      kind: textField(event, 'kind'),
      node: textField(event, 'node'),
      ...Object.fromEntries(values),
    },
  };
}

function traceValue(name: string, value: unknown): TraceValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new FieldError(name, 'a string, a number or true or false');
}
