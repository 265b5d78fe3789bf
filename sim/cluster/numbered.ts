/** So many names: `name-1`, `name-2` and so on. At least one. */
export function numbered(name: string, count: number): readonly [string, ...string[]] {
  return [`${name}-1`, ...Array.from({ length: count - 1 }, (_, index) => `${name}-${index + 2}`)];
}
