import {
  type CampaignDocument,
  campaignSchema,
  type CountTable,
  type ScenarioFigures,
} from './campaign-document.js';
import { decodeFailure } from './decode-failure.js';
import { faultEntries, rangesField } from './decode-tables.js';
import { exitCode } from './exit-code.js';
import {
  asRecord,
  FieldError,
  integerField,
  type JsonRecord,
  nullOr,
  numberField,
  oneOfField,
  recordField,
  recordsField,
  tableEntries,
  textField,
  textListField,
} from './json-fields.js';
import { decodeParameters } from './reproduction.js';
import { workEndings } from './work-ending.js';

const exitCodes = Object.values(exitCode);

/** Reads a `campaign.json`. @throws FieldError when it is none, SyntaxError when it is no JSON. */
export function decodeCampaign(text: string): CampaignDocument {
  const fields = asRecord(JSON.parse(text)) ?? {};
  if (fields['schema'] !== campaignSchema) throw new FieldError('schema', `"${campaignSchema}"`);
  const exit = exitCodes.find((code) => code === fields['exit']);
  if (exit === undefined) throw new FieldError('exit', 'an exit code');
  return {
    schema: campaignSchema,
    build: textField(fields, 'build'),
    mutant: nullOr(textField)(fields, 'mutant'),
    parameters: decodeParameters(fields['parameters']),
    firstSeed: integerField(fields, 'firstSeed'),
    seedsEach: nullOr(integerField)(fields, 'seedsEach'),
    shard: textField(fields, 'shard'),
    workers: integerField(fields, 'workers'),
    canary: canaryOf(recordField(fields, 'canary')),
    scenarios: recordsField(fields, 'scenarios').map(decodeScenario),
    runs: integerField(fields, 'runs'),
    events: integerField(fields, 'events'),
    virtualMs: integerField(fields, 'virtualMs'),
    wallMs: numberField(fields, 'wallMs'),
    faults: Object.fromEntries(faultEntries(fields)),
    invariants: countsField(fields, 'invariants'),
    sometimes: countsField(fields, 'sometimes'),
    failures: recordsField(fields, 'failures').map(decodeFailure),
    inconclusive: recordsField(fields, 'inconclusive').map((cut) => ({
      scenario: textField(cut, 'scenario'),
      seed: integerField(cut, 'seed'),
      count: integerField(cut, 'count'),
      end: textField(cut, 'end'),
      command: textField(cut, 'command'),
    })),
    undecided: recordsField(fields, 'undecided').map((undecided) => ({
      scenario: textField(undecided, 'scenario'),
      subjects: textListField(undecided, 'subjects'),
      decidedFromRuns: integerField(undecided, 'decidedFromRuns'),
    })),
    lost: nullOr(lostField)(fields, 'lost'),
    writeErrors: textListField(fields, 'writeErrors'),
    combinedFingerprint: textField(fields, 'combinedFingerprint'),
    ended: oneOfField(workEndings, fields, 'ended'),
    exit,
  };
}

function canaryOf(canary: JsonRecord): CampaignDocument['canary'] {
  return {
    runs: integerField(canary, 'runs'),
    seed: integerField(canary, 'seed'),
    invariant: textField(canary, 'invariant'),
  };
}

function lostField(fields: JsonRecord, field: string): NonNullable<CampaignDocument['lost']> {
  const lost = recordField(fields, field);
  return {
    scenario: textField(lost, 'scenario'),
    seed: nullOr(integerField)(lost, 'seed'),
    reason: textField(lost, 'reason'),
    command: nullOr(textField)(lost, 'command'),
  };
}

function decodeScenario(figures: JsonRecord): ScenarioFigures {
  const coverage = recordField(figures, 'coverage');
  return {
    name: textField(figures, 'name'),
    schema: integerField(figures, 'schema'),
    runs: integerField(figures, 'runs'),
    events: integerField(figures, 'events'),
    virtualMs: integerField(figures, 'virtualMs'),
    workerMs: numberField(figures, 'workerMs'),
    seeds: rangesField(figures, 'seeds'),
    orderShare: nullOr(numberField)(figures, 'orderShare'),
    faults: Object.fromEntries(faultEntries(figures)),
    invariants: countsField(figures, 'invariants'),
    sometimes: countsField(figures, 'sometimes'),
    coverage: {
      declared: integerField(coverage, 'declared'),
      states: Object.fromEntries(tableEntries(coverage, 'states', textListField)),
      reached: integerField(coverage, 'reached'),
      neverTried: textListField(coverage, 'neverTried'),
      undeclared: textListField(coverage, 'undeclared'),
    },
    seenIn: countsField(figures, 'seenIn'),
  };
}

function countsField(fields: JsonRecord, field: string): CountTable {
  return Object.fromEntries(tableEntries(fields, field, integerField));
}
