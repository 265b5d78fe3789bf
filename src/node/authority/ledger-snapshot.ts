import { type CborValue, decode, encode } from '../../codec/cbor.js';
import { readBytes, readEach, readRecord, readText } from '../../codec/shape.js';
import type { AdmittedOperation, SettlementTombstone } from './authority.js';
import {
  decodeFact,
  decodeOperation,
  decodeTombstone,
  encodeFact,
  encodeOperation,
  encodeTombstone,
} from './ledger-codec.js';
import { LedgerLogCorrupt, type LedgerState, type SettledOperation } from './ledger-state.js';

/** The ledger as data, each part in the order in which it is held: equal states give equal bytes. Each operation is encoded on its own, so that the codec's limit on items counts them, not their fields. */
export function capture({ open, settled, tombstones }: LedgerState): CborValue {
  return {
    open: [...open.values()].map((operation) => encode(encodeOperation(operation))),
    settled: [...settled.values()].map(encodeSettled),
    tombstones: [...tombstones.values()].map((tombstone) => encode(encodeTombstone(tombstone))),
  };
}

/** @throws CodecError or {@link LedgerLogCorrupt} on anything that {@link capture} did not make of a ledger. */
export function restore(value: CborValue): LedgerState {
  const captured = readRecord(value, 'ledger');
  const open = readEach(captured['open'], 'ledger.open', readOpen);
  const settled = readEach(captured['settled'], 'ledger.settled', readSettled);
  const tombstones = readEach(captured['tombstones'], 'ledger.tombstones', readTombstone);
  const state = {
    open: new Map(open.map((operation) => [operation.operationId, operation])),
    settled: new Map(settled.map((operation) => [operation.fact.operationId, operation])),
    tombstones: new Map(tombstones.map((tombstone) => [tombstone.operationId, tombstone])),
  };
  const ids = [...state.open.keys(), ...state.settled.keys(), ...state.tombstones.keys()];
  if (new Set(ids).size < open.length + settled.length + tombstones.length) {
    throw new LedgerLogCorrupt('snapshot', 'an operation is held twice');
  }
  return state;
}

function encodeSettled({ fact, workflow, inputDigest }: SettledOperation): Uint8Array {
  return encode({ fact: encodeFact(fact), workflow, input_digest: inputDigest });
}

function readOpen(value: CborValue, path: string): AdmittedOperation {
  return decodeOperation(decode(readBytes(value, path)), path);
}

function readSettled(value: CborValue, path: string): SettledOperation {
  const record = readRecord(decode(readBytes(value, path)), path);
  return {
    fact: decodeFact(record['fact'], `${path}.fact`),
    workflow: readText(record['workflow'], `${path}.workflow`),
    inputDigest: readText(record['input_digest'], `${path}.input_digest`),
  };
}

function readTombstone(value: CborValue, path: string): SettlementTombstone {
  return decodeTombstone(decode(readBytes(value, path)), path);
}
