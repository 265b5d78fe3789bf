import type { Fact } from './facts.js';

/** Narrows a fact to the kinds that an oracle looks at. */
export function isOneOf<Kind extends Fact['kind']>(
  fact: Fact,
  kinds: readonly Kind[],
): fact is Extract<Fact, { readonly kind: Kind }> {
  return kinds.some((kind) => kind === fact.kind);
}
