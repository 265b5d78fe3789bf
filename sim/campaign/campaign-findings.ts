import type {
  CampaignDocument,
  FailureReport,
  InconclusiveReport,
  ScenarioFigures,
} from './campaign-document.js';
import { campaignSchema } from './campaign-document.js';
import { asRecord, FieldError, integerField, type JsonRecord, textField } from './json-fields.js';
import type { SeedRange } from './tally.js';

/** What a gate wants to know of a campaign. */
export interface CampaignFindings extends Pick<CampaignDocument, 'build' | 'shard' | 'runs'> {
  readonly hasParameters: boolean;
  readonly scenarios: readonly ScenarioFindings[];
  readonly failures: readonly Pick<
    FailureReport,
    'invariant' | 'scenario' | 'subject' | 'message' | 'command'
  >[];
  readonly inconclusive: readonly Pick<InconclusiveReport, 'scenario' | 'count' | 'command'>[];
  /** Why the harness failed, if it did. */
  readonly harnessFaults: readonly string[];
}

export type ScenarioFindings = Pick<
  ScenarioFigures,
  'name' | 'schema' | 'runs' | 'seeds' | 'faults' | 'invariants' | 'sometimes'
>;

/** A campaign that has just been sailed. */
export function findingsOf(document: CampaignDocument): CampaignFindings {
  const { lost, writeErrors, parameters } = document;
  return {
    ...document,
    hasParameters: Object.keys(parameters).length > 0,
    harnessFaults: [...(lost === null ? [] : [lost.reason]), ...writeErrors],
  };
}

/** Reads a `campaign.json`. @throws FieldError */
export function decodeFindings(text: string): CampaignFindings {
  const fields = record(JSON.parse(text), 'campaign');
  if (fields['schema'] !== campaignSchema) throw new FieldError('schema', `"${campaignSchema}"`);
  const lost = fields['lost'] === null ? [] : [textField(record(fields['lost'], 'lost'), 'reason')];
  return {
    build: textField(fields, 'build'),
    shard: textField(fields, 'shard'),
    runs: integerField(fields, 'runs'),
    hasParameters: Object.keys(record(fields['parameters'], 'parameters')).length > 0,
    scenarios: list(fields, 'scenarios').map(decodeScenario),
    failures: list(fields, 'failures').map((failure) => ({
      invariant: textField(failure, 'invariant'),
      scenario: textField(failure, 'scenario'),
      subject: textField(failure, 'subject'),
      message: textField(failure, 'message'),
      command: textField(failure, 'command'),
    })),
    inconclusive: list(fields, 'inconclusive').map((cut) => ({
      scenario: textField(cut, 'scenario'),
      count: integerField(cut, 'count'),
      command: textField(cut, 'command'),
    })),
    harnessFaults: [...lost, ...texts(fields, 'writeErrors')],
  };
}

function decodeScenario(figures: JsonRecord): ScenarioFindings {
  return {
    name: textField(figures, 'name'),
    schema: integerField(figures, 'schema'),
    runs: integerField(figures, 'runs'),
    seeds: list(figures, 'seeds').map((range): SeedRange => ({
      from: integerField(range, 'from'),
      to: integerField(range, 'to'),
      step: integerField(range, 'step'),
    })),
    faults: tableOf(figures, 'faults', (counts, kind) => {
      const count = record(counts[kind], kind);
      return { fired: integerField(count, 'fired'), effective: integerField(count, 'effective') };
    }),
    invariants: tableOf(figures, 'invariants', integerField),
    sometimes: tableOf(figures, 'sometimes', integerField),
  };
}

function record(value: unknown, name: string): JsonRecord {
  const fields = asRecord(value);
  if (fields === undefined) throw new FieldError(name, 'an object');
  return fields;
}

function list(fields: JsonRecord, name: string): readonly JsonRecord[] {
  return items(fields, name).map((item) => record(item, name));
}

function texts(fields: JsonRecord, name: string): readonly string[] {
  return items(fields, name).map((item) => {
    if (typeof item !== 'string') throw new FieldError(name, 'a list of strings');
    return item;
  });
}

function items(fields: JsonRecord, name: string): readonly unknown[] {
  const value: unknown = fields[name];
  if (!Array.isArray(value)) throw new FieldError(name, 'a list');
  return value;
}

function tableOf<Value>(
  fields: JsonRecord,
  name: string,
  decode: (table: JsonRecord, key: string) => Value,
): Readonly<Record<string, Value>> {
  const table = record(fields[name], name);
  return Object.fromEntries(Object.keys(table).map((key) => [key, decode(table, key)]));
}
