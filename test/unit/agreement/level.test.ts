import { expect, test } from 'vitest';
import {
  agreementLevels,
  higherLevel,
  isAtLeast,
  isDiscarded,
  isLegalEscalation,
  levelRank,
  permitsUse,
} from '../../../src/agreement/level.js';

test('levels are totally ordered: none, provisional, soft_safe, finalized', () => {
  expect(agreementLevels.map(levelRank)).toEqual([0, 1, 2, 3]);
  expect(isAtLeast('soft_safe', 'soft_safe')).toBe(true);
  expect(isAtLeast('soft_safe', 'provisional')).toBe(true);
  expect(isAtLeast('provisional', 'soft_safe')).toBe(false);
  expect(higherLevel('soft_safe', 'none')).toBe('soft_safe');
  expect(higherLevel('none', 'finalized')).toBe('finalized');
});

test('immediate is usable at any level, pending from provisional on, blocked only when finalized', () => {
  const permitted = (visibility: Parameters<typeof permitsUse>[0]) =>
    agreementLevels.map((level) => permitsUse(visibility, level));
  expect(permitted('immediate')).toEqual([true, true, true, true]);
  expect(permitted('pending')).toEqual([false, true, true, true]);
  expect(permitted('blocked_until_finalized')).toEqual([false, false, false, true]);
});

test('the legal steps are exactly those of the formal model, and the one of registration', () => {
  const steps = agreementLevels.flatMap((from) =>
    agreementLevels.filter((to) => isLegalEscalation(from, to)).map((to) => `${from} -> ${to}`),
  );
  expect(steps).toEqual([
    'none -> provisional',
    'provisional -> soft_safe',
    'provisional -> finalized',
    'soft_safe -> finalized',
  ]);
});

test('every outcome but finalized discards the result', () => {
  const outcomes = [null, 'finalized', 'aborted', 'rejected', 'timed_out'] as const;
  expect(outcomes.map(isDiscarded)).toEqual([false, false, true, true, true]);
});
