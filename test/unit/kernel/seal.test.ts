import { exec } from 'node:child_process';
import { createHash, randomBytes, randomUUID as randomUuid } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { readFile as readFileWithCallback, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { performance as imported } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { setTimeout as importedTimeout } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { gzip } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { AmbientLeak, installSeal, removeSeal, seal, unseal } from '../../../sim/kernel/seal.js';
import { sail } from '../../../sim/kernel/voyage.js';
import { bothDrains, sailProgram, scenarioOf } from './voyages.js';

afterAll(removeSeal);

const leaks: Readonly<Record<string, readonly [api: string, leak: () => unknown]>> = {
  'the time': ['Date.now', () => Date.now()],
  'the time as a date': ['new Date', () => new Date()],
  'the time as text': ['Date', () => Date()],
  'the time by way of a date': ['new Date', () => Reflect.construct(new Date(0).constructor, [])],
  'the time by way of a subclass': ['new Date', () => new (class extends Date {})()],
  'a date in the local zone': ['new Date', () => new Date(2020, 1, 1)],
  'a date text without a zone': ['new Date', () => new Date('2020-01-01T00:00:00')],
  'the hour in the local zone': ['Date.prototype.getHours', () => new Date(0).getHours()],
  'a date in local words': ['Date.prototype.toString', () => String(new Date(0))],
  'the order of local words': ['String.prototype.localeCompare', () => 'a'.localeCompare('b')],
  'a number in local words': ['Number.prototype.toLocaleString', () => (1).toLocaleString()],
  'a local number format': ['Intl.NumberFormat', () => new Intl.NumberFormat()],
  chance: ['Math.random', () => Math.random()],
  'chance, called by a built-in': ['Math.random', () => Array.from({ length: 1 }, Math.random)],
  'random bytes': ['crypto.getRandomValues', () => crypto.getRandomValues(new Uint8Array(1))],
  'a random id': ['crypto.randomUUID', () => crypto.randomUUID()],
  'web crypto': ['crypto.subtle', () => crypto.subtle],
  'imported random bytes': ['node:crypto.randomBytes', () => randomBytes(1)],
  'an imported random id': ['node:crypto.randomUUID', () => randomUuid()],
  'a timer': ['setTimeout', () => setTimeout(() => {}, 0)],
  'an imported timer': ['setTimeout', () => importedTimeout(() => {}, 0)],
  'an interval': ['setInterval', () => setInterval(() => {}, 1)],
  'an immediate': ['setImmediate', () => setImmediate(() => {})],
  'a timer given up': ['clearTimeout', () => clearTimeout(undefined)],
  'an imported sleep': ['node:timers/promises.setTimeout', () => sleep(1)],
  'a promisified timer': ['node:timers/promises.setTimeout', () => promisify(setTimeout)(1)],
  'a promisified read': ['node:fs.readFile', () => promisify(readFileWithCallback)('x')],
  'a tick': ['process.nextTick', () => process.nextTick(() => {})],
  'a signal with a timer': ['AbortSignal.timeout', () => AbortSignal.timeout(1)],
  'a precise time': ['process.hrtime', () => process.hrtime()],
  'a more precise time': ['process.hrtime.bigint', () => process.hrtime.bigint()],
  'the time since the start': ['process.uptime', () => process.uptime()],
  'the performance time': ['performance.now', () => performance.now()],
  'the imported performance time': ['performance.now', () => imported.now()],
  'the performance origin': ['performance.timeOrigin', () => performance.timeOrigin],
  'the time of an event': ['Event.prototype.timeStamp', () => new Event('x').timeStamp],
  'the memory in use': ['process.memoryUsage', () => process.memoryUsage()],
  'an imported read': ['node:fs/promises.readFile', () => readFile('x')],
  'a synchronous read': ['node:fs.readFileSync', () => readFileSync('x')],
  'a socket': ['node:net.connect', () => connect(1)],
  'a datagram socket': ['node:dgram.createSocket', () => createSocket('udp4')],
  'a name look-up': ['node:dns/promises.lookup', () => lookup('localhost')],
  'a web request': ['node:http.get', () => get('http://localhost')],
  'a fetch': ['fetch', () => fetch('http://localhost')],
  'a child process': ['node:child_process.exec', () => exec('true')],
  'a thread': ['node:worker_threads.Worker', () => new Worker('x')],
  'a message channel': ['MessageChannel', () => new MessageChannel()],
  'a thread pool': ['node:zlib.gzip', () => gzip('x', () => {})],
  'the name of the machine': ['node:os.hostname', () => hostname()],
  'the garbage collector': ['WeakRef', () => new WeakRef({})],
  'the garbage collector’s end': ['FinalizationRegistry', () => new FinalizationRegistry(() => {})],
};

describe('sealed while a run is on', () => {
  for (const [what, [api, leak]] of Object.entries(leaks)) {
    test(`${what} is a leak: ${api}`, async () => {
      const caught: unknown[] = [];
      const verdict = await sailProgram(async (life) => {
        await life.sleep(7);
        try {
          await leak();
        } catch (error) {
          caught.push(error);
        }
        await life.sleep(1);
      });
      expect(caught).toEqual([new AmbientLeak(api)]);
      expect(verdict.violation).toMatchObject({ invariant: 'nothing-ambient', subject: api });
      expect(verdict.violation?.stack).toContain('seal.test');
      expect(verdict.virtualMs).toBe(7);
    });
  }

  test('only the first leak is told', async () => {
    const verdict = await sailProgram(() => {
      for (const leak of [() => Math.random(), () => Date.now()]) expect(leak).toThrow(AmbientLeak);
    });
    expect(verdict.violation?.subject).toBe('Math.random');
  });

  test('a leak in the set-up of a scenario fails the run too', async () => {
    const scenario = scenarioOf(() => void Math.random());
    await expect(sail(scenario, { seed: 1 })).resolves.toMatchObject({
      violation: { invariant: 'nothing-ambient', subject: 'Math.random' },
    });
  });

  test('a leak looks the same under both drains', async () => {
    const fingerprints = new Set<string>();
    for (const drain of bothDrains().values()) {
      const verdict = await sailProgram(async (life) => {
        await life.sleep(1);
        await sleep(1);
      }, drain);
      expect(verdict.violation?.subject).toBe('node:timers/promises.setTimeout');
      fingerprints.add(verdict.fingerprint);
    }
    expect(fingerprints.size).toBe(1);
  });
});

test('arithmetic on dates, hashes, abort signals, streams and microtasks are not sealed', async () => {
  const seen: unknown[] = [];
  const verdict = await sailProgram(async (life) => {
    seen.push(new Date(0).toISOString(), new Date('2020-01-01T00:00:00Z').getTime(), Date.UTC(1970, 0, 2));
    seen.push(new Date(new Date(5)).getTime(), new Date(0) instanceof Date);
    seen.push(createHash('sha256').update('x').digest('hex').length);
    seen.push(AbortSignal.any([AbortSignal.abort()]).aborted);
    for await (const chunk of Readable.from(['a', 'b'])) seen.push(chunk);
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    await life.sleep(1);
  });
  expect(verdict.violation).toBeUndefined();
  expect(verdict.checks.get('nothing-ambient')).toBe(1);
  expect(seen).toEqual([
    '1970-01-01T00:00:00.000Z',
    Date.UTC(2020, 0, 1),
    86_400_000,
    5,
    true,
    64,
    true,
    'a',
    'b',
  ]);
});

test('the harness has its ambient sources back between slices and after the run', async () => {
  const turns: number[] = [];
  const turn = setInterval(() => turns.push(Date.now()), 0);
  await sailProgram(async (life) => {
    for (let round = 0; round < 20_000; round += 1) await life.sleep(1);
  });
  clearInterval(turn);
  expect(Math.random()).toBeLessThan(1);
  await expect(sleep(0, 'slept')).resolves.toBe('slept');
  expect(turns.every((now) => now > 0)).toBe(true);
});

test('the seal can be installed twice, and taken away without a trace', () => {
  removeSeal();
  const before = [Date, Date.now, setTimeout, Math.random, readFile, sleep];
  installSeal();
  installSeal();
  expect(
    [Date, Date.now, setTimeout, Math.random, readFile, sleep].every((now, index) => now !== before[index]),
  ).toBe(true);
  const told: string[] = [];
  seal(
    (leak) => told.push(leak.api),
    () => {},
  );
  expect(() => Date.now()).toThrow(AmbientLeak);
  unseal();
  expect(Date.now()).toBeGreaterThan(0);
  removeSeal();
  expect([Date, Date.now, setTimeout, Math.random, readFile, sleep]).toEqual(before);
  expect(told).toEqual(['Date.now']);
});
