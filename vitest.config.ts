import { defineConfig } from 'vitest/config';

const project = (name: string, include: string, testTimeout: number, isolate = true) => ({
  extends: true as const,
  test: { name, include: [include], testTimeout, isolate },
});

export default defineConfig({
  test: {
    pool: 'forks',
    // By default one core is left alone: on two, that is half of the time.
    maxWorkers: '100%',
    setupFiles: ['test/fixed-seed.ts'],
    restoreMocks: true,
    reporters: ['default', ['json', { outputFile: '.reports/vitest.json' }]],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts', 'sim/kernel/**/*.ts'],
      reporter: ['text', 'lcov'],
      thresholds: { 'src/**': { lines: 90, branches: 90 }, 'sim/kernel/**': { lines: 90, branches: 90 } },
    },
    projects: [
      // Two hundred short files of pure functions: a process for each would take longer than what they test.
      project('unit', 'test/unit/**/*.test.ts', 60_000, false),
      project('contract', 'test/contract/**/*.test.ts', 60_000),
      project('properties', 'properties/**/*.property.ts', 120_000),
      project('scenarios', 'scenarios/**/*.test.ts', 120_000),
      project('e2e', 'test/e2e/**/*.test.ts', 300_000),
    ],
  },
});
