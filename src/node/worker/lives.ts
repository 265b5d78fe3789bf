import { readUnsigned } from '../../codec/shape.js';
import type { Projection } from '../../log/projection.js';

/** How many lives the node has had. */
export interface Lives {
  count: number;
}

/** The node begins another life. */
export interface BeginLife {
  readonly kind: 'begin_life';
}

/**
 * Counts the lives of a node, so that each has an owner id of its own: what was granted to one is nothing to the next. Mutant O6.
 */
export const livesProjection: Projection<Lives, BeginLife, number, never> = {
  name: 'lives',
  initial: () => ({ count: 0 }),
  decide: ({ count }) => ({ kind: 'accepted', entries: [count + 1] }),
  apply(state, life) {
    state.count = life;
  },
  encodeEntry: (life) => life,
  decodeEntry: (value) => readUnsigned(value, 'life'),
  capture: ({ count }) => count,
  restore: (value) => ({ count: readUnsigned(value, 'lives') }),
};

/** The owner id of one life of a worker. */
export function ownerIdOf(workerName: string, life: number): string {
  return `${workerName}#${life}`;
}

/** The worker that an owner id stands for. */
export function workerNameOf(ownerId: string): string {
  const end = ownerId.lastIndexOf('#');
  return end < 0 ? ownerId : ownerId.slice(0, end);
}
