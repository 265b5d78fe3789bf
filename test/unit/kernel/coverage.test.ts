import { expect, test } from 'vitest';
import { Coverage } from '../../../sim/kernel/coverage.js';

/** A machine that serves, and tells the state of its log. */
function serving(): Coverage {
  const coverage = new Coverage();
  coverage.declare({ log: ['idle', 'flushing'], steps: ['begun'] });
  coverage.born('node');
  coverage.told('node', 'log', 'idle');
  coverage.ready('node');
  return coverage;
}

test('a fault meets the state of now of every subsystem of the machine that it bites, and no other machine', () => {
  const coverage = serving();
  coverage.told('other', 'log', 'flushing');
  coverage.told('node', 'steps', 'begun');
  coverage.told('node', 'log', 'flushing');
  coverage.bit('lost', 'node');
  coverage.bit('lost', 'nobody');
  expect(coverage.situations()).toEqual(['lost × log:flushing × went-on', 'lost × steps:begun × went-on']);
});

test('a machine that crashed and serves again has recovered; one that does not is lost', () => {
  const coverage = serving();
  coverage.bit('crash', 'node');
  coverage.died('node');
  coverage.born('node');
  coverage.told('node', 'log', 'flushing');
  coverage.ready('node');
  coverage.bit('crash', 'node');
  coverage.died('node');
  expect(coverage.situations()).toEqual(['crash × log:idle × recovered', 'crash × log:flushing × lost']);
});

test('a machine that its disk fails has failed, also when it comes back', () => {
  const coverage = serving();
  coverage.bit('full', 'node');
  coverage.failed('node');
  coverage.died('node');
  coverage.born('node');
  coverage.ready('node');
  expect(coverage.situations()).toEqual(['full × log:idle × failed']);
});

test('a new life has no states until it tells some', () => {
  const coverage = serving();
  coverage.born('node');
  coverage.bit('crash', 'node');
  expect(coverage.situations()).toEqual([]);
});

test('a run has the declared states of those subsystems that told any', () => {
  expect(serving().states()).toEqual({ log: ['idle', 'flushing'] });
});
