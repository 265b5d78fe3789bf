import { identifierFault } from '../codec/text-fault.js';
import { fragmentsMax } from './limits.js';

/** What of a session a capability reaches: all of it, or named fragments, at least one of them, sorted, none twice. */
export type OwnershipScope =
  { readonly kind: 'session' } | { readonly kind: 'fragments'; readonly fragments: readonly string[] };

/** Why something is no scope; undefined when it is one. An empty set would be authority over nothing that still blocks all others. */
export function scopeFault(scope: OwnershipScope): string | undefined {
  if (scope.kind === 'session') return undefined;
  const { fragments } = scope;
  if (fragments.length < 1 || fragments.length > fragmentsMax) {
    return `a scope of ${fragments.length} fragments, not 1 to ${fragmentsMax}`;
  }
  if (fragments.some((fragment, index) => index > 0 && fragment <= (fragments[index - 1] ?? ''))) {
    return 'fragments that are not sorted, or there twice';
  }
  return fragments
    .map((fragment) => identifierFault('fragment', fragment))
    .find((fault) => fault !== undefined);
}

/** Whether `inner` reaches nothing that `outer` does not: the only way in which a scope may be passed on. Flaw O2. */
export function covers(outer: OwnershipScope, inner: OwnershipScope): boolean {
  if (outer.kind === 'session') return true;
  return (
    inner.kind === 'fragments' && inner.fragments.every((fragment) => outer.fragments.includes(fragment))
  );
}

export function sameScope(one: OwnershipScope, other: OwnershipScope): boolean {
  return covers(one, other) && covers(other, one);
}

/** The scope in words. */
export function describeScope(scope: OwnershipScope): string {
  return scope.kind === 'session' ? 'the session' : `${scope.fragments.length} fragments of it`;
}
