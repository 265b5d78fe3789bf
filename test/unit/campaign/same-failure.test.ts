import { expect, test } from 'vitest';
import { isSameFailure } from '../../../sim/campaign/same-failure.js';

const about = (subject: string, invariant = 'one-terminal-event') => ({
  invariant,
  subject,
  message: 'twice',
});

test.each([
  ['the same subject', 'node', 'node'],
  ['another operation of another client', 'client-2.op-5/pay#1', 'client-0.op-0/pay#0'],
  ['another record', 'lsn 7', 'lsn 12'],
  ['a key, which is a digest', '62c870093341f1dceb632bec3c465352', '21b6ed8db664f6279081ac217895d5ec'],
])('%s, under the same invariant, is the same failure', (_, found, sought) => {
  expect(isSameFailure(about(found), about(sought))).toBe(true);
});

test.each([
  ['another step of it', about('client-0.op-0/ship#0'), about('client-0.op-0/pay#0')],
  ['all of an operation, and one of its steps', about('client-0.op-0'), about('client-0.op-0/pay#0')],
  ['another kind of node', about('worker-1'), about('store')],
  ['another invariant', about('node', 'acked-durable'), about('node')],
  ['none', undefined, about('node')],
])('%s is another one', (_, found, sought) => {
  expect(isSameFailure(found, sought)).toBe(false);
  expect(isSameFailure(sought, found)).toBe(false);
});
