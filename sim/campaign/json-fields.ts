/** A field of a JSON file is missing or of the wrong kind. */
export class FieldError extends Error {
  readonly code = 'FIELD_INVALID';
  override readonly name = 'FieldError';
  readonly field: string;

  constructor(field: string, wanted: string) {
    super(`"${field}" must be ${wanted}`);
    this.field = field;
  }
}

export type JsonRecord = Readonly<Record<string, unknown>>;

/** The value as an object with string keys; undefined when it is anything else. */
export function asRecord(value: unknown): JsonRecord | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

/** @throws FieldError */
export function textField(record: JsonRecord, field: string): string {
  const value = record[field];
  if (typeof value !== 'string') throw new FieldError(field, 'a string');
  return value;
}

/** A whole number from 0 to 2^53 - 1. @throws FieldError */
export function integerField(record: JsonRecord, field: string): number {
  const value = record[field];
  if (!isIndex(value)) throw new FieldError(field, 'a whole number');
  return value;
}

/** Any number from 0. @throws FieldError */
export function numberField(record: JsonRecord, field: string): number {
  const value = record[field];
  if (typeof value !== 'number' || !(value >= 0)) throw new FieldError(field, 'a number from 0');
  return value;
}

/** @throws FieldError */
export function booleanField(record: JsonRecord, field: string): boolean {
  const value = record[field];
  if (typeof value !== 'boolean') throw new FieldError(field, 'true or false');
  return value;
}

/** @throws FieldError */
export function recordField(record: JsonRecord, field: string): JsonRecord {
  const value = asRecord(record[field]);
  if (value === undefined) throw new FieldError(field, 'an object');
  return value;
}

/** @throws FieldError */
export function listField(record: JsonRecord, field: string): readonly unknown[] {
  const value = record[field];
  if (!Array.isArray(value)) throw new FieldError(field, 'a list');
  return value;
}

/** A list of objects. @throws FieldError */
export function recordsField(record: JsonRecord, field: string): readonly JsonRecord[] {
  return listField(record, field).map((item) => {
    const fields = asRecord(item);
    if (fields === undefined) throw new FieldError(field, 'a list of objects');
    return fields;
  });
}

/** One of some words. @throws FieldError */
export function oneOfField<Word extends string>(
  words: readonly Word[],
  record: JsonRecord,
  field: string,
): Word {
  const found = words.find((word) => word === record[field]);
  if (found === undefined) throw new FieldError(field, words.join(' or '));
  return found;
}

/** The same field, or null. */
export function nullOr<Value>(
  read: (record: JsonRecord, field: string) => Value,
): (record: JsonRecord, field: string) => Value | null {
  return (record, field) => (record[field] === null ? null : read(record, field));
}

/** What an object holds, by name, each read alike. @throws FieldError */
export function tableEntries<Value>(
  record: JsonRecord,
  field: string,
  valueOf: (table: JsonRecord, name: string) => Value,
): readonly (readonly [name: string, value: Value])[] {
  const table = recordField(record, field);
  return Object.keys(table).map((name) => [name, valueOf(table, name)] as const);
}

/** One string, or a list of them. @throws FieldError */
export function textListField(record: JsonRecord, field: string): readonly string[] {
  const value: unknown = record[field];
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) throw new FieldError(field, 'a string or a list of strings');
  return value.map((item: unknown) => {
    if (typeof item !== 'string') throw new FieldError(field, 'a string or a list of strings');
    return item;
  });
}

export function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
