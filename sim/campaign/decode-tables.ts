import type { FaultFigures } from './campaign-document.js';
import {
  FieldError,
  integerField,
  isIndex,
  type JsonRecord,
  recordField,
  recordsField,
  tableEntries,
} from './json-fields.js';
import type { SeedRange } from './tally.js';

/** How often each kind of fault fired, and changed something. @throws FieldError */
export function faultEntries(
  fields: JsonRecord,
): readonly (readonly [kind: string, figures: FaultFigures])[] {
  return tableEntries(fields, 'faults', (table, kind) => {
    const count = recordField(table, kind);
    return { fired: integerField(count, 'fired'), effective: integerField(count, 'effective') };
  });
}

/** @throws FieldError */
export function rangesField(fields: JsonRecord, field: string): readonly SeedRange[] {
  return recordsField(fields, field).map(({ from, to, step }) => {
    if (isIndex(from) && isIndex(to) && isIndex(step) && step > 0 && from <= to) return { from, to, step };
    throw new FieldError(field, 'a list of ranges');
  });
}
