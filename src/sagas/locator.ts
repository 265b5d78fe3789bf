import type { CborValue } from '../codec/cbor-value.js';
import { readArray, readEach, readLiteral, readOptional, readRecord, readText } from '../codec/shape.js';
import { utf8Length } from '../codec/utf8.js';
import type { Decision, Projection } from '../log/projection.js';
import { assertSagaLimit, sagaTextBytesMax } from './limits.js';
import { encodePlace, type Place, readPlace, samePlace } from './place.js';

/** By name, where its bytes are. */
export type LocatorState = Map<string, Place>;

/** What may be asked of the locator room. Null is nowhere: the name is not known. */
export type LocatorCommand =
  /** From where it is expected to be to another place. Nothing is new when it is there already; refused when it is anywhere else. */
  | LocatorMove<'move', Place | null>
  /** Back again. Somebody else may have moved the name since, and then it stays where it is. */
  | LocatorMove<'move_back', Place>;

interface LocatorMove<Kind, From> {
  readonly kind: Kind;
  readonly name: string;
  readonly from: From;
  readonly to: Place | null;
}

export interface LocatorEntry {
  readonly kind: 'placed';
  readonly name: string;
  readonly place: Place | null;
}

export interface LocatorLimits {
  /** So many names are known at once, 1 at least. */
  readonly namesMax: number;
}

/** Why the room said no. Nothing was recorded. */
export abstract class LocatorRefusal extends Error {
  abstract readonly code: string;
  readonly located: string;
  constructor(located: string, reason: string) {
    super(`\`${located}\` ${reason}`);
    this.located = located;
  }
}

export class LocatorInvalid extends LocatorRefusal {
  readonly code = 'LOCATOR_INVALID';
  override readonly name = 'LocatorInvalid';
}

export class LocatorConflict extends LocatorRefusal {
  readonly code = 'LOCATOR_CONFLICT';
  override readonly name = 'LocatorConflict';
  readonly place: Place | undefined;
  constructor(located: string, place: Place | undefined) {
    super(located, 'is somewhere else');
    this.place = place;
  }
}

export class LocatorFull extends LocatorRefusal {
  readonly code = 'LOCATOR_FULL';
  override readonly name = 'LocatorFull';
}

/**
 * Where to read what a name stands for. It changes in the batch of the step that moved the bytes, so that no crash leaves a name that
 * points to nothing.
 *
 * @throws InvalidSagaLimit
 */
export function locatorProjection(
  limits: LocatorLimits,
): Projection<LocatorState, LocatorCommand, LocatorEntry, LocatorRefusal> {
  assertSagaLimit('namesMax', limits.namesMax);
  return {
    name: 'locator',
    initial: () => new Map(),
    decide: (state, command) => decide(state, command, limits),
    apply(state, { name, place }) {
      if (place === null) state.delete(name);
      else state.set(name, place);
    },
    encodeEntry: ({ kind, name, place }) => ({ kind, name, place: encodeWhere(place) }),
    decodeEntry(value) {
      const record = readRecord(value, 'entry');
      return {
        kind: readLiteral(record['kind'], 'entry.kind', 'placed'),
        name: readText(record['name'], 'entry.name'),
        place: readOptional(record['place'], 'entry.place', readPlace),
      };
    },
    capture: (state) => [...state].map(([name, place]) => [name, encodePlace(place)]),
    restore: (value) =>
      new Map(
        readEach(value, 'locator', (found, path): readonly [string, Place] => {
          const [name, place] = readArray(found, path);
          return [readText(name, `${path}[0]`), readPlace(place, `${path}[1]`)];
        }),
      ),
  };
}

function decide(
  state: LocatorState,
  { kind, name, from, to }: LocatorCommand,
  { namesMax }: LocatorLimits,
): Decision<LocatorEntry, LocatorRefusal> {
  const length = utf8Length(name);
  if (length === undefined || length === 0 || length > sagaTextBytesMax) {
    const refusal = new LocatorInvalid('a name', `has not 1 to ${sagaTextBytesMax} bytes of text`);
    return { kind: 'refused', refusal };
  }
  const found = state.get(name);
  if (samePlace(found ?? null, to)) return { kind: 'accepted', entries: [] };
  if (!samePlace(found ?? null, from)) {
    if (kind === 'move_back') return { kind: 'accepted', entries: [] };
    return { kind: 'refused', refusal: new LocatorConflict(name, found) };
  }
  if (found === undefined && state.size >= namesMax) {
    return { kind: 'refused', refusal: new LocatorFull(name, `is one more than ${namesMax} names`) };
  }
  return { kind: 'accepted', entries: [{ kind: 'placed', name, place: to }] };
}

function encodeWhere(place: Place | null): CborValue {
  return place === null ? null : encodePlace(place);
}

/** What a probe is told: the kind of the entry that was recorded last. */
export const locatorStates = ['placed'] as const satisfies readonly LocatorEntry['kind'][];
