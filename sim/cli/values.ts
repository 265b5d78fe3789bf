import { availableParallelism } from 'node:os';
import type { Shard } from '../campaign/seed-plan.js';
import { parseSeed, SeedInvalid } from '../kernel/parse-seed.js';
import { UsageError } from './usage-error.js';

const workersMax = 256;

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** A whole number from 1. @throws UsageError */
export function parseCount(flag: string, text: string): number {
  const count = /^[0-9]+$/.test(text) ? Number(text) : 0;
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new UsageError(`${flag} takes a whole number from 1, not "${text}".`);
  }
  return count;
}

/** How many threads; as many as there are cores when nobody says. @throws UsageError */
export function parseWorkers(text: string | undefined): number {
  if (text === undefined) return availableParallelism();
  const workers = parseCount('--workers', text);
  if (workers > workersMax) throw new UsageError(`--workers takes at most ${workersMax}.`);
  return workers;
}

/** A whole number from 0 to 2^53 - 1, decimal or 0x. @throws UsageError */
export function parseSeedFlag(text: string): number {
  try {
    return parseSeed(text);
  } catch (error) {
    if (!(error instanceof SeedInvalid)) throw error;
    throw new UsageError(`${error.message}. Try: --seed 42`, { cause: error });
  }
}

/** Whether a text means a seed and no file: it is one, or is one but for its size. */
export function looksLikeSeed(text: string): boolean {
  return /^(\d+|0x[\da-f]+)$/i.test(text);
}

/** `60s`, `10m`, `8h`, in milliseconds. @throws UsageError */
export function parseDuration(flag: string, text: string): number {
  const [, count, unit] = /^([0-9]+)([smh])$/.exec(text) ?? [];
  const ms = Number(count) * (unitMs[unit ?? ''] ?? Number.NaN);
  // A timer of Node.js holds no more than 2^31 - 1 ms, some 24 days.
  if (ms >= 1000 && ms < 2 ** 31) return ms;
  throw new UsageError(`${flag} takes a time such as 60s, 10m or 8h, not "${text}".`);
}

/** `i/n`, 1-based. @throws UsageError */
export function parseShard(text: string): Shard {
  const [, index, of] = /^([0-9]+)\/([0-9]+)$/.exec(text) ?? [];
  const shard = { index: Number(index) - 1, of: Number(of) };
  if (shard.index >= 0 && shard.index < shard.of && Number.isSafeInteger(shard.of)) return shard;
  throw new UsageError(`--shard takes i/n with 1 <= i <= n, such as 2/8, not "${text}".`);
}

/** Names given one by one or with commas. */
export function splitNames(values: readonly string[] | undefined): readonly string[] {
  return (values ?? []).flatMap((value) => value.split(',')).filter((name) => name !== '');
}
