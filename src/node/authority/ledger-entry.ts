import type { CborValue } from '../../codec/cbor.js';
import { readOneOf, readRecord, readText, readUnsigned } from '../../codec/shape.js';
import type { AdmittedOperation, Settlement } from './authority.js';
import { decodeOperation, decodeSettlement, encodeOperation, encodeSettlement } from './ledger-codec.js';

/** What the ledger is folded from. */
export type LedgerEntry =
  | { readonly kind: 'admitted'; readonly operation: AdmittedOperation }
  | {
      readonly kind: 'settled';
      readonly operationId: string;
      readonly generation: number;
      readonly settlement: Settlement;
    }
  /** Only its tombstone is left. */
  | { readonly kind: 'entombed'; readonly operationId: string }
  | { readonly kind: 'forgotten'; readonly operationId: string };

/** What a probe is told: the kind of the entry that was recorded last. */
export const ledgerStates = [
  'admitted',
  'settled',
  'entombed',
  'forgotten',
] as const satisfies readonly LedgerEntry['kind'][];

export function encodeEntry(entry: LedgerEntry): CborValue {
  const { kind } = entry;
  switch (kind) {
    case 'admitted':
      return { kind, operation: encodeOperation(entry.operation) };
    case 'settled': {
      const { operationId, generation, settlement } = entry;
      return { kind, operation_id: operationId, generation, settlement: encodeSettlement(settlement) };
    }
    case 'entombed':
    case 'forgotten':
      return { kind, operation_id: entry.operationId };
  }
}

/** @throws ShapeError when it is no entry. */
export function decodeEntry(value: CborValue): LedgerEntry {
  const record = readRecord(value, 'entry');
  const kind = readOneOf(record['kind'], 'entry.kind', ledgerStates);
  if (kind === 'admitted')
    return { kind, operation: decodeOperation(record['operation'], 'entry.operation') };
  const operationId = readText(record['operation_id'], 'entry.operation_id');
  if (kind !== 'settled') return { kind, operationId };
  const generation = readUnsigned(record['generation'], 'entry.generation');
  return {
    kind,
    operationId,
    generation,
    settlement: decodeSettlement(record['settlement'], 'entry.settlement'),
  };
}
