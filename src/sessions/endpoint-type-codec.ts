import type { CborValue } from '../codec/cbor.js';
import { readArray, readEach, readOneOf, readRecord, readText, readUnsigned } from '../codec/shape.js';
import { type EndpointState, EndpointType } from './endpoint-type.js';

type Found = CborValue | undefined;

/** As a flat list: how deep a type is nested costs no depth. */
export function encodeEndpointType({ states }: EndpointType): CborValue {
  return states.map((state) =>
    state.kind === 'end'
      ? { kind: state.kind }
      : {
          kind: state.kind,
          partner: state.partner,
          branches: [...state.branches].map(([label, next]) => [label, next]),
        },
  );
}

/** @throws ShapeError or InvalidLocalType when it is none. */
export function decodeEndpointType(value: Found, path: string): EndpointType {
  return new EndpointType(readEach(value, path, decodeState));
}

function decodeState(value: Found, path: string): EndpointState {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, ['end', 'send', 'receive']);
  if (kind === 'end') return { kind };
  const partner = readText(record['partner'], `${path}.partner`);
  const branches = readEach(record['branches'], `${path}.branches`, decodeBranch);
  return { kind, partner, branches: new Map(branches) };
}

function decodeBranch(value: Found, path: string): readonly [string, number] {
  const [label, next] = readArray(value, path);
  return [readText(label, `${path}[0]`), readUnsigned(next, `${path}[1]`)];
}
