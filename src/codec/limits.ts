/** The most bytes that one encoded value may have, in both directions: 64 MiB. */
export const encodedBytesMax = 67_108_864;

/**
 * The most data items (values and map keys, containers included) in one encoded value. An item of one byte costs up to
 * 200 bytes once decoded, so without this limit a few megabytes of input fill a gigabyte of memory.
 */
export const itemsMax = 1_000_000;

/** How deep arrays and maps may be nested: 64 around a scalar. */
export const nestingMax = 64;
