import type { CborValue } from '../../codec/cbor.js';
import {
  readEach,
  readLiteral,
  readOneOf,
  readOptional,
  readRecord,
  readText,
  readUnsigned,
} from '../../codec/shape.js';
import { decodeCapability, encodeCapability } from '../../ownership/artifact-codec.js';
import { decodeRemoteCapability, encodeRemoteCapability } from '../../remote/capability-seal.js';
import type { Milliseconds } from '../../runtime/clock.js';
import type { AdmittedOperation, Answer, AuthorityRefused, Grant, LedgerStanding } from './authority.js';
import {
  decodeFact,
  decodeOperation,
  decodeTombstone,
  encodeFact,
  encodeOperation,
  encodeTombstone,
} from './ledger-codec.js';

type Found = CborValue | undefined;

/** Answers of the authority as data, and back. The decoders throw ShapeError on anything else. */
export function encodeAnswer<Granted>(
  answer: Answer<Granted>,
  encodeGranted: (granted: Granted) => CborValue,
): CborValue {
  return answer.kind === 'granted'
    ? { kind: answer.kind, granted: encodeGranted(answer.granted) }
    : { kind: answer.kind, refusal: encodeRefused(answer.refusal) };
}

export function decodeAnswer<Granted>(
  value: CborValue,
  decodeGranted: (value: Found, path: string) => Granted,
): Answer<Granted> {
  const record = readRecord(value, 'answer');
  const kind = readOneOf(record['kind'], 'answer.kind', ['granted', 'refused']);
  return kind === 'granted'
    ? { kind, granted: decodeGranted(record['granted'], 'answer.granted') }
    : { kind, refusal: decodeRefused(record['refusal'], 'answer.refusal') };
}

function encodeRefused({ code, message, currentOwnerId, liveGeneration }: AuthorityRefused): CborValue {
  return { code, message, current_owner_id: currentOwnerId, live_generation: liveGeneration };
}

function decodeRefused(value: Found, path: string): AuthorityRefused {
  const record = readRecord(value, path);
  return {
    code: readText(record['code'], `${path}.code`),
    message: readText(record['message'], `${path}.message`),
    currentOwnerId: readOptional(record['current_owner_id'], `${path}.current_owner_id`, readText),
    liveGeneration: readOptional(record['live_generation'], `${path}.live_generation`, readUnsigned),
  };
}

export function encodeGrant({ capability, grantedForMs, remote }: Grant): CborValue {
  return {
    capability: encodeCapability(capability),
    granted_for_ms: grantedForMs,
    remote: encodeRemoteCapability(remote),
  };
}

export function decodeGrant(value: Found, path: string): Grant {
  const record = readRecord(value, path);
  return {
    capability: decodeCapability(record['capability'], `${path}.capability`),
    grantedForMs: readUnsigned(record['granted_for_ms'], `${path}.granted_for_ms`),
    remote: decodeRemoteCapability(record['remote'], `${path}.remote`),
  };
}

interface Renewal {
  readonly grantedForMs: Milliseconds;
}

export function encodeRenewal({ grantedForMs }: Renewal): CborValue {
  return { granted_for_ms: grantedForMs };
}

export function decodeRenewal(value: Found, path: string): Renewal {
  const record = readRecord(value, path);
  return { grantedForMs: readUnsigned(record['granted_for_ms'], `${path}.granted_for_ms`) };
}

export function encodeNothing(): CborValue {
  return null;
}

export function decodeNothing(value: Found, path: string): null {
  return readLiteral(value, path, null);
}

export function encodeOperations(operations: readonly AdmittedOperation[]): CborValue {
  return operations.map(encodeOperation);
}

export function decodeOperations(value: Found, path: string): readonly AdmittedOperation[] {
  return readEach(value, path, decodeOperation);
}

export function encodeStanding(standing: LedgerStanding): CborValue {
  const { kind } = standing;
  switch (kind) {
    case 'unknown':
      return { kind };
    case 'open':
      return { kind, operation: encodeOperation(standing.operation) };
    case 'settled':
      return { kind, fact: encodeFact(standing.fact) };
    case 'entombed':
      return { kind, tombstone: encodeTombstone(standing.tombstone) };
  }
}

export function decodeStanding(value: Found, path: string): LedgerStanding {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, ['unknown', 'open', 'settled', 'entombed']);
  switch (kind) {
    case 'unknown':
      return { kind };
    case 'open':
      return { kind, operation: decodeOperation(record['operation'], `${path}.operation`) };
    case 'settled':
      return { kind, fact: decodeFact(record['fact'], `${path}.fact`) };
    case 'entombed':
      return { kind, tombstone: decodeTombstone(record['tombstone'], `${path}.tombstone`) };
  }
}
