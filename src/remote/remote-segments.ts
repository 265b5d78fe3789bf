import type { Milliseconds } from '../runtime/clock.js';

/** Segments and manifests have names of their own: one never stands for the other. Flaw F49. */
export interface ObjectName {
  readonly kind: 'segment' | 'manifest';
  /** 32 lowercase hex digits. */
  readonly id: string;
}

/** The most bytes of an object: with all that travels around them they fit into one message. */
export const objectBytesMax = 917_504;

/** What the store holds under a name. */
export interface StoredObject {
  /** BLAKE3, 64 lowercase hex digits. */
  readonly digest: string;
  readonly length: number;
}

/** The terms under which a call to the store is made. */
export interface StoreTerms {
  readonly sessionId: string;
  readonly sagaId: string;
  readonly deadlineMs: Milliseconds;
  readonly signal?: AbortSignal;
}

export type PutAnswer =
  /** It is there, with these bytes, and held by `holder`. `created`: nobody held it before. */
  | { readonly kind: 'held'; readonly created: boolean; readonly object: StoredObject }
  /** Other bytes are there under the name. Flaw F37. */
  | { readonly kind: 'conflict'; readonly object: StoredObject }
  /** The holder has let go of it once: a late duplicate brings nothing back. Flaw F45. */
  | { readonly kind: 'released' };

export type PinAnswer =
  | { readonly kind: 'held' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'conflict'; readonly object: StoredObject }
  | { readonly kind: 'released' };

/**
 * The remote store as sagas use it. Every object is there as long as somebody holds it: whoever put it, whoever put the same bytes, and
 * whoever pinned it. A holder lets go of what it holds alone, and only once: from then on it can neither put nor pin that name (a tombstone).
 * Flaws F37 to F41 and F45. A new attempt of anything takes a new holder name.
 *
 * Each rejects as `RemoteExecutor.execute`.
 */
export interface RemoteSegments {
  /** Puts bytes under a name where nothing, or the same, is; and holds them. */
  put(name: ObjectName, bytes: Uint8Array, holder: string, terms: StoreTerms): Promise<PutAnswer>;
  /** Holds what is there, after its bytes were read and compared with `digest` and `length`. Flaws F38, F39. */
  pin(name: ObjectName, expected: StoredObject, holder: string, terms: StoreTerms): Promise<PinAnswer>;
  /** Lets go. Whether or not anything was held, `holder` never holds the name again. */
  release(name: ObjectName, holder: string, terms: StoreTerms): Promise<void>;
  stat(name: ObjectName, terms: StoreTerms): Promise<StoredObject | undefined>;
  get(name: ObjectName, terms: StoreTerms): Promise<Uint8Array | undefined>;
}
