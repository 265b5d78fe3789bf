import { utf8Length } from '../codec/utf8.js';

/** A piece of remote work by name. What it does is bound to the name by who carries it out: flaw F28. */
export type Computation =
  { readonly kind: StandardComputation } | { readonly kind: 'custom'; readonly name: string };

export type StandardComputation = 'symbol_get_range' | 'symbol_put_batch' | 'segment_put' | 'segment_stat';

/** In canonical request bytes. Reference 1.2. */
const standardTags: Readonly<Record<StandardComputation, number>> = {
  symbol_get_range: 1,
  symbol_put_batch: 2,
  segment_put: 3,
  segment_stat: 4,
};

const customTag = 0xff;

/** The most bytes of a name of one's own. */
export const computationNameMax = 256;

export function tagOf({ kind }: Computation): number {
  return kind === 'custom' ? customTag : standardTags[kind];
}

/** What people call it. One of one's own may be called as a standard one is, and is another one all the same. */
export function nameOf(computation: Computation): string {
  return computation.kind === 'custom' ? computation.name : computation.kind;
}

/** Tells a computation of one’s own from a standard one of the same name: `3:segment_put`, `255:segment_get`. */
export function labelOf(computation: Computation): string {
  return `${tagOf(computation)}:${nameOf(computation)}`;
}

/** The computation of a tag and a name; undefined when there is none. */
export function computationOf(tag: number, name: string): Computation | undefined {
  if (tag === customTag) return { kind: 'custom', name };
  const kinds = ['symbol_get_range', 'symbol_put_batch', 'segment_put', 'segment_stat'] as const;
  const kind = kinds.find((each) => standardTags[each] === tag);
  return kind === undefined || kind !== name ? undefined : { kind };
}

/** Whether a name can be told apart from every other one by its bytes. */
export function isComputationName(name: string): boolean {
  const length = utf8Length(name);
  return length !== undefined && length > 0 && length <= computationNameMax;
}
