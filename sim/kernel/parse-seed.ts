/** What was given as a seed is none: want a whole number from 0 to 2^53 - 1, decimal or with `0x`. */
export class SeedInvalid extends Error {
  readonly code = 'SEED_INVALID';
  override readonly name = 'SeedInvalid';
  readonly given: string;
  constructor(given: string) {
    super(`not a seed: ${JSON.stringify(given)} (want a whole number from 0 to 2^53 - 1, decimal or 0x)`);
    this.given = given;
  }
}

/** Whether a number is a seed: 0 to 2^53 - 1. */
export function isSeed(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/**
 * Reads a seed: decimal digits, or `0x` and hexadecimal digits.
 *
 * @throws {@link SeedInvalid} - Also for a number too large to be exact, and for signs, spaces and separators.
 */
export function parseSeed(text: string): number {
  const seed = /^(?:\d+|0x[\da-f]+)$/i.test(text) ? Number(text) : NaN;
  if (!isSeed(seed)) throw new SeedInvalid(text);
  return seed;
}
