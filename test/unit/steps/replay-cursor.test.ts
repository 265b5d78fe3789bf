import { describe, expect, test } from 'vitest';
import { ReplayCursor } from '../../../src/steps/replay-cursor.js';
import { key } from './harness.js';

function cursorOf(...journaled: readonly string[]): ReplayCursor {
  return new ReplayCursor(journaled.map(key));
}

describe('calls are numbered by name and scope', () => {
  test('each name in each scope by itself', () => {
    const cursor = cursorOf();
    expect(['pay', 'pay', 'ask', 'pay'].map((name) => cursor.take('', name))).toEqual([
      'pay#0',
      'pay#1',
      'ask#0',
      'pay#2',
    ]);
    expect(cursor.take('all#0[1]/', 'pay')).toBe('all#0[1]/pay#0');
  });
});

describe('what the journal says comes next', () => {
  test('is passed in its order, and nothing else is', () => {
    const cursor = cursorOf('ask#0', 'pay#0');
    expect(cursor.pass('', key('pay#0'))).toBe('ask#0');
    expect(cursor.pass('', key('ask#0'))).toBeUndefined();
    expect(cursor.isReplayed).toBe(false);
    expect(cursor.unmet).toBe('pay#0');
    expect(cursor.missedIn('')).toBe('pay#0');
    expect(cursor.pass('', key('pay#0'))).toBeUndefined();
    expect(cursor.isReplayed).toBe(true);
    expect(cursor.unmet).toBeUndefined();
  });

  test('is nothing where the journal ends', () => {
    const cursor = cursorOf('ask#0');
    expect(cursor.pass('', key('ask#0'))).toBeUndefined();
    expect(cursor.pass('', key('pay#0'))).toBeUndefined();
    expect(cursor.enter('', key('all#0'))).toBeUndefined();
  });

  test('may be a parallel scope, which a scope of which nothing is journaled may come before', () => {
    const cursor = cursorOf('ask#0', 'all#0[0]/pay#0');
    expect(cursor.enter('', key('all#1'))).toBeUndefined();
    expect(cursor.enter('', key('all#0'))).toBe('ask#0');
    expect(cursor.pass('', key('ask#0'))).toBeUndefined();
    expect(cursor.enter('', key('all#0'))).toBeUndefined();
    expect(cursor.pass('', key('pay#0'))).toBeUndefined();
  });
});

describe('a branch that the program has lost', () => {
  const branches = ['all#0[0]/pay#0', 'all#0[1]/pay#0', 'all#0[12]/pay#0'];

  test('is missed, however many there are before it, and whatever was called in those', () => {
    expect(cursorOf(...branches).missedFrom(key('all#0'), 0)).toBe('all#0[0]/pay#0');
    expect(cursorOf(...branches).missedFrom(key('all#0'), 1)).toBe('all#0[1]/pay#0');
    expect(cursorOf(...branches).missedFrom(key('all#0'), 2)).toBe('all#0[12]/pay#0');
    const cursor = cursorOf(...branches);
    expect(cursor.pass('all#0[1]/', key('all#0[1]/pay#0'))).toBeUndefined();
    expect(cursor.missedFrom(key('all#0'), 1)).toBe('all#0[12]/pay#0');
  });

  test('is none when all of them are there, or when the journal knows no such scope', () => {
    expect(cursorOf(...branches).missedFrom(key('all#0'), 13)).toBeUndefined();
    expect(cursorOf(...branches).missedFrom(key('all#1'), 0)).toBeUndefined();
    expect(cursorOf('all#0').missedFrom(key('all#0'), 0)).toBeUndefined();
  });

  test('is told from one of a scope within it', () => {
    const cursor = cursorOf('all#0[1]/each#0[3]/pay#0');
    expect(cursor.missedFrom(key('all#0[1]/each#0'), 3)).toBe('all#0[1]/each#0[3]/pay#0');
    expect(cursor.missedFrom(key('all#0'), 1)).toBe('all#0[1]/each#0');
    expect(cursor.missedFrom(key('all#0'), 2)).toBeUndefined();
  });
});

test('what is journaled behind a scope is found from within it, from the nearest scope around it on', () => {
  const cursor = cursorOf('all#0[1]/each#0[3]/pay#0', 'all#0[1]/ask#0', 'ask#0');
  const within = 'all#0[1]/each#0[3]/';
  expect(cursor.enter('', key('all#0'))).toBeUndefined();
  expect(cursor.enter('all#0[1]/', key('all#0[1]/each#0'))).toBeUndefined();
  expect(cursor.expectedAround(within)).toBe('all#0[1]/ask#0');
  expect(cursor.pass('all#0[1]/', key('all#0[1]/ask#0'))).toBeUndefined();
  expect(cursor.expectedAround(within)).toBe('ask#0');
  expect(cursor.pass('', key('ask#0'))).toBeUndefined();
  expect(cursor.expectedAround(within)).toBeUndefined();
  expect(cursor.expectedAround('')).toBeUndefined();
});
