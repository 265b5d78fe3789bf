import { readRecord, readText, readUnsigned, readEach } from '../../codec/shape.js';
import type { Projection } from '../../log/projection.js';

/** What a participant stands for: that the owner of this generation has come to this result. */
export interface GivenWitness {
  readonly operationId: string;
  readonly sessionId: string;
  readonly generation: number;
  /** Of the result, 64 lowercase hex digits. */
  readonly digest: string;
}

/** What a participant knows. */
export interface WitnessState {
  /** The highest generation that it has seen, by session. */
  readonly generations: Map<string, number>;
  /** By operation, those that were given last at the end. */
  readonly given: Map<string, GivenWitness>;
}

/** How much a participant keeps. */
export interface WitnessLimits {
  /** So many sessions, 1 at least. Of none of them a generation is ever forgotten: witnesses for more are refused. */
  readonly sessionsMax: number;
  /** So many witnesses, 1 at least, the latest. */
  readonly witnessesMax: number;
}

export type WitnessRefusal = WitnessFenced | WitnessConflict | WitnessesFull;

/** The session has been seen in a higher generation: whoever asks owns it no more. */
export class WitnessFenced extends Error {
  readonly code = 'WITNESS_FENCED';
  override readonly name = 'WitnessFenced';
  readonly highest: number;
  constructor({ sessionId, generation }: GivenWitness, highest: number) {
    super(`session \`${sessionId}\` has been seen in generation ${highest}, above ${generation}`);
    this.highest = highest;
  }
}

/** In the same generation another result was witnessed. */
export class WitnessConflict extends Error {
  readonly code = 'WITNESS_CONFLICT';
  override readonly name = 'WitnessConflict';
  constructor({ operationId, generation }: GivenWitness) {
    super(`another result of \`${operationId}\` was witnessed in generation ${generation}`);
  }
}

/** There is no place for the generation of another session. */
export class WitnessesFull extends Error {
  readonly code = 'WITNESS_FULL';
  override readonly name = 'WitnessesFull';
  constructor(sessionsMax: number) {
    super(`the generations of ${sessionsMax} sessions are known, and there is no place for more`);
  }
}

/** What was witnessed, and the highest generation of each session: persisted before anybody is answered. Design 3, point 6. */
export function witnessProjection({
  sessionsMax,
  witnessesMax,
}: WitnessLimits): Projection<WitnessState, GivenWitness, GivenWitness, WitnessRefusal> {
  return {
    name: 'witness',
    initial: () => ({ generations: new Map(), given: new Map() }),
    decide({ generations, given }, asked) {
      const { operationId, sessionId, generation, digest } = asked;
      const highest = generations.get(sessionId);
      if (highest === undefined && generations.size >= sessionsMax) {
        return { kind: 'refused', refusal: new WitnessesFull(sessionsMax) };
      }
      if (highest !== undefined && generation < highest) {
        return { kind: 'refused', refusal: new WitnessFenced(asked, highest) };
      }
      const known = given.get(operationId);
      if (known?.sessionId === sessionId && known.generation === generation) {
        return known.digest === digest
          ? { kind: 'accepted', entries: [] }
          : { kind: 'refused', refusal: new WitnessConflict(asked) };
      }
      return { kind: 'accepted', entries: [{ operationId, sessionId, generation, digest }] };
    },
    apply({ generations, given }, witness) {
      const { operationId, sessionId, generation } = witness;
      generations.set(sessionId, Math.max(generation, generations.get(sessionId) ?? 0));
      given.delete(operationId);
      given.set(operationId, witness);
      for (const oldest of given.keys()) {
        if (given.size <= witnessesMax) break;
        given.delete(oldest);
      }
    },
    encodeEntry: (witness) => ({ ...witness }),
    decodeEntry: decodeWitness,
    capture: ({ generations, given }) => ({
      generations: [...generations].map(([sessionId, generation]) => ({ sessionId, generation })),
      given: [...given.values()].map((witness) => ({ ...witness })),
    }),
    restore(value) {
      const record = readRecord(value, 'witness');
      const generations = readEach(record['generations'], 'witness.generations', (found, path) => {
        const { sessionId, generation } = readRecord(found, path);
        return [
          readText(sessionId, `${path}.sessionId`),
          readUnsigned(generation, `${path}.generation`),
        ] as const;
      });
      const given = readEach(record['given'], 'witness.given', decodeWitness);
      return {
        generations: new Map(generations),
        given: new Map(given.map((witness) => [witness.operationId, witness])),
      };
    },
  };
}

export function decodeWitness(value: Parameters<typeof readRecord>[0], path = 'witness'): GivenWitness {
  const { operationId, sessionId, generation, digest } = readRecord(value, path);
  return {
    operationId: readText(operationId, `${path}.operationId`),
    sessionId: readText(sessionId, `${path}.sessionId`),
    generation: readUnsigned(generation, `${path}.generation`),
    digest: readText(digest, `${path}.digest`),
  };
}
