/** Why work ended; `bail` when its results were enough. */
export const workEndings = ['complete', 'bail', 'stopped', 'worker-lost'] as const;

export type WorkEnding = (typeof workEndings)[number];
