import type { VoyageParameters } from '../kernel/parameters.js';
import type { Choice } from '../kernel/tape.js';
import { asRecord, FieldError, integerField, isIndex, textField } from './json-fields.js';

/** The only format that this build reads and writes. */
const reproductionSchema = 'seaworthy.reproduction.v1';

/** All that it takes to see one failure again. Small, sorted and diffable: people keep these in `scenarios/regressions/`. */
export interface Reproduction {
  readonly build: string;
  readonly scenario: string;
  readonly scenarioSchema: number;
  readonly parameters: VoyageParameters;
  readonly seed: number;
  /** Sorted by label, then occurrence. */
  readonly choices: readonly Choice[];
  readonly fingerprint: string;
  readonly invariant: string;
  readonly subject: string;
  readonly message: string;
  /** The one line to paste. */
  readonly command: string;
  /**
   * Of a failure that was fixed: how its tape fits since. The mended run takes another course, and asks for other draws from there on; when
   * that changes again, the file is stale. Written by hand into what is kept in `scenarios/regressions/`.
   */
  readonly afterFix?: { readonly misfits: number; readonly unused: number };
}

/** A reproduction file cannot be used. The message says why, in one line. */
export class ReproductionError extends Error {
  readonly code: 'REPRODUCTION_DAMAGED' | 'REPRODUCTION_SCHEMA';
  override readonly name = 'ReproductionError';

  constructor(code: ReproductionError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** One field and one choice a line, so that a diff of two files shows which choices went away. */
export function encodeReproduction(reproduction: Reproduction): string {
  const choices = reproduction.choices
    .toSorted(byLabelAndOccurrence)
    .map(({ label, occurrence, value }) => JSON.stringify([label, occurrence, value]));
  const tape = choices.length === 0 ? '[]' : `[\n    ${choices.join(',\n    ')}\n  ]`;
  const { afterFix } = reproduction;
  const fields: readonly (readonly [string, string])[] = [
    ['schema', JSON.stringify(reproductionSchema)],
    ['build', JSON.stringify(reproduction.build)],
    ['scenario', JSON.stringify(reproduction.scenario)],
    ['scenarioSchema', String(reproduction.scenarioSchema)],
    ['parameters', JSON.stringify(reproduction.parameters)],
    ['seed', String(reproduction.seed)],
    ['invariant', JSON.stringify(reproduction.invariant)],
    ['subject', JSON.stringify(reproduction.subject)],
    ['message', JSON.stringify(reproduction.message)],
    ['fingerprint', JSON.stringify(reproduction.fingerprint)],
    ['command', JSON.stringify(reproduction.command)],
    ...(afterFix === undefined ? [] : [['afterFix', JSON.stringify(afterFix)] as const]),
    ['choices', tape],
  ];
  return `{\n${fields.map(([name, value]) => `  "${name}": ${value}`).join(',\n')}\n}\n`;
}

/**
 * Reads what {@link encodeReproduction} wrote.
 *
 * @throws ReproductionError - `REPRODUCTION_DAMAGED` or, for another version of the format, `REPRODUCTION_SCHEMA`.
 */
export function decodeReproduction(text: string): Reproduction {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw damaged('it is not JSON', cause);
  }
  const fields = asRecord(json);
  if (fields === undefined) throw damaged('it is not a JSON object');
  const schema = fields['schema'];
  if (schema !== reproductionSchema) {
    const found = JSON.stringify(schema) ?? 'none';
    const message = `its schema is ${found}, this build reads "${reproductionSchema}"`;
    throw new ReproductionError('REPRODUCTION_SCHEMA', message);
  }
  try {
    return {
      build: textField(fields, 'build'),
      scenario: textField(fields, 'scenario'),
      scenarioSchema: integerField(fields, 'scenarioSchema'),
      parameters: decodeParameters(fields['parameters']),
      seed: integerField(fields, 'seed'),
      choices: decodeChoices(fields['choices']),
      fingerprint: textField(fields, 'fingerprint'),
      invariant: textField(fields, 'invariant'),
      subject: textField(fields, 'subject'),
      message: textField(fields, 'message'),
      command: textField(fields, 'command'),
      ...('afterFix' in fields ? { afterFix: decodeFit(fields['afterFix']) } : {}),
    };
  } catch (cause) {
    throw damaged(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** @throws FieldError */
export function decodeParameters(value: unknown): VoyageParameters {
  const fields = asRecord(value);
  if (fields === undefined) throw new FieldError('parameters', 'an object');
  return {
    ...('profile' in fields ? { profile: textField(fields, 'profile') } : {}),
    ...('schedule' in fields ? { schedule: textField(fields, 'schedule') } : {}),
  };
}

function decodeFit(value: unknown): NonNullable<Reproduction['afterFix']> {
  const fields = asRecord(value);
  if (fields === undefined) throw new FieldError('afterFix', 'an object');
  return { misfits: integerField(fields, 'misfits'), unused: integerField(fields, 'unused') };
}

function decodeChoices(value: unknown): readonly Choice[] {
  if (!Array.isArray(value)) throw new FieldError('choices', 'a list');
  const choices = value.map((item: unknown): Choice => {
    const [label, occurrence, drawn]: unknown[] = Array.isArray(item) ? item : [];
    if (typeof label !== 'string' || !isIndex(occurrence) || !isIndex(drawn) || drawn === 0) {
      throw new FieldError('choices', 'a list of [label, occurrence, value], no value being 0');
    }
    return { label, occurrence, value: drawn };
  });
  const places = new Set(choices.map(({ label, occurrence }) => `${label}\n${occurrence}`));
  if (places.size < choices.length) throw new FieldError('choices', 'free of repeated places');
  return choices;
}

function byLabelAndOccurrence(left: Choice, right: Choice): number {
  if (left.label !== right.label) return left.label < right.label ? -1 : 1;
  return left.occurrence - right.occurrence;
}

function damaged(reason: string, cause?: unknown): ReproductionError {
  return new ReproductionError('REPRODUCTION_DAMAGED', `it is damaged: ${reason}`, { cause });
}
