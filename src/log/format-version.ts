import { crc32c } from '../codec/crc32c.js';
import { startsWith, viewOf } from './bytes.js';

/** What the header of a file keeps in every version, so that each version can tell the files of a later one from damaged ones. */
export interface HeaderForm {
  /** The first four characters. The version follows, as u32. */
  readonly magic: string;
  /** Where the CRC-32C of all bytes before it is. */
  readonly checksumOffset: number;
  /** The newest version that this build reads, and the one that it writes. */
  readonly version: number;
}

/** The version that a sound header tells, or undefined when `bytes` begins with none. */
export function versionIn(bytes: Uint8Array, { magic, checksumOffset }: HeaderForm): number | undefined {
  if (bytes.length < checksumOffset + 4 || !startsWith(bytes, magic)) return undefined;
  const view = viewOf(bytes);
  const isSound = view.getUint32(checksumOffset, true) === crc32c(bytes.subarray(0, checksumOffset));
  return isSound ? view.getUint32(4, true) : undefined;
}

/** The version of a sound header that this build is too old for. */
export function newerVersionIn(bytes: Uint8Array, form: HeaderForm): number | undefined {
  const version = versionIn(bytes, form);
  return version !== undefined && version > form.version ? version : undefined;
}
