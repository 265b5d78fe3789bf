import type { CborValue } from '../../../src/codec/cbor.js';
import { readArray, readText } from '../../../src/codec/shape.js';
import type { Projection } from '../../../src/log/projection.js';
import { Room } from '../../../src/node/room.js';
import type { ShellOptions } from '../../../src/node/shell.js';
import { type Disk, DiskError, type DiskErrorCode } from '../../../src/runtime/disk.js';

export const options: ShellOptions = { directory: 'log', segmentBytes: 4096, snapshotEveryRecords: 1000 };

export class Full extends Error {
  readonly code = 'FULL';
}

/** Words in order, each once, and no more than `max`: enough to refuse, to ignore and to record. */
export function words(name = 'words', max = 1000): Projection<string[], readonly string[], string, Full> {
  return {
    name,
    initial: () => [],
    decide(state, added) {
      const fresh = added.filter((word) => !state.includes(word));
      if (state.length + fresh.length > max) return { kind: 'refused', refusal: new Full(`${max} words`) };
      return { kind: 'accepted', entries: fresh };
    },
    apply(state, word) {
      state.push(word);
    },
    encodeEntry: (word) => word,
    decodeEntry: (value) => readText(value, 'word'),
    capture: (state): CborValue => [...state],
    restore: (value) => readArray(value, 'words').map((word, index) => readText(word, `words[${index}]`)),
  };
}

export type WordsRoom = Room<string[], readonly string[], string, Full>;

export function wordsRoom(name?: string, max?: number): WordsRoom {
  return new Room(words(name, max));
}

/** A disk of which, from `fail()` on, every sync of a file that `hits` fails. */
export function failingSyncs(
  disk: Disk,
  code: DiskErrorCode = 'EIO',
  hits: (path: string) => boolean = () => true,
): { readonly disk: Disk; fail(): void } {
  let failing = false;
  return {
    fail() {
      failing = true;
    },
    disk: {
      list: (directory) => disk.list(directory),
      rename: (from, to) => disk.rename(from, to),
      remove: (path) => disk.remove(path),
      makeDirectory: (directory) => disk.makeDirectory(directory),
      syncDirectory: (directory) => disk.syncDirectory(directory),
      lock: (path) => disk.lock(path),
      async open(path, mode) {
        const file = await disk.open(path, mode);
        return {
          path: file.path,
          size: () => file.size(),
          append: (bytes) => file.append(bytes),
          writeAt: (offset, bytes) => file.writeAt(offset, bytes),
          read: (offset, length) => file.read(offset, length),
          truncate: (length) => file.truncate(length),
          close: () => file.close(),
          sync: () =>
            failing && hits(path) ? Promise.reject(new DiskError(code, 'sync', path)) : file.sync(),
        };
      },
    },
  };
}
