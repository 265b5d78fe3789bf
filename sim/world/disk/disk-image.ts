/**
 * A disk's durable state as plain data: what a machine would find after a loss of power that takes all that
 * is unsynced.
 */
export interface DiskImage {
  readonly directories: readonly string[];
  readonly files: readonly {
    readonly path: string;
    readonly content: Uint8Array;
    /** Sectors whose reads fail. */
    readonly unreadableSectors: readonly number[];
  }[];
}
