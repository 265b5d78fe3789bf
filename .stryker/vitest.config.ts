import { defineConfig } from 'vitest/config';

/** The tests of the rooms whose decisions are mutated: small models and properties, nothing that sails or opens a folder. */
export default defineConfig({
  test: {
    pool: 'threads',
    setupFiles: ['test/fixed-seed.ts'],
    include: [
      'test/unit/{agreement,evidence,operations,ownership,recovery,remote,sagas,sessions,steps}/*.test.ts',
    ],
    exclude: ['**/*-sweep.test.ts', '**/shell.test.ts'],
    testTimeout: 20_000,
  },
});
