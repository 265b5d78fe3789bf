import { type CborValue, decode, encode } from '../codec/cbor.js';
import { readArray, readBytes, readEach, readRecord, readUnsigned } from '../codec/shape.js';
import { decodeEntry, encodeEntry } from './entry-codec.js';
import { type AgreementRoomState, applyEntry, type Operations } from './state.js';

/**
 * The state as data: for each operation, in the order of their ids, what was recorded for it. Each history is encoded on its
 * own, so that the codec's limit on items counts operations here, and not fields.
 */
export function capture(state: AgreementRoomState): CborValue {
  const operations = [...state.operations.values()].sort((one, other) =>
    one.operationId < other.operationId ? -1 : 1,
  );
  return {
    last_lsn: state.lastLsn,
    operations: operations.map(({ history }) => encode(history.map(encodeEntry))),
  };
}

/**
 * Folds the histories again, by the same rules, so that no snapshot can hold what no log could.
 *
 * @throws CodecError, AgreementViolation or AgreementLogCorrupt on anything that {@link capture} did not make.
 */
export function restore(value: CborValue): AgreementRoomState {
  const captured = readRecord(value, 'agreement');
  const operations: Operations = new Map();
  const histories = readEach(captured['operations'], 'agreement.operations', readBytes);
  histories.forEach((bytes, index) => {
    const path = `agreement.operations[${index}]`;
    for (const entry of readArray(decode(bytes), path)) applyEntry(operations, decodeEntry(entry, path));
  });
  return { operations, lastLsn: readUnsigned(captured['last_lsn'], 'agreement.last_lsn') };
}
