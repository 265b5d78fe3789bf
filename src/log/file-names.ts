/**
 * Names of the files in a log's directory. LSNs are 16 lower-case hex digits, so that names sort as LSNs do.
 */

/** A file of a log, as its name tells. */
export type LogFileName =
  | { readonly kind: 'segment'; readonly name: string; readonly baseLsn: number }
  | { readonly kind: 'snapshot'; readonly name: string; readonly lsn: number }
  | { readonly kind: 'temporary'; readonly name: string }
  | { readonly kind: 'other'; readonly name: string };

/** The file that the single writer holds locked. */
export const lockName = 'LOCK';

const lsnDigits = 16;

export function segmentName(baseLsn: number): string {
  return `segment-${hexLsn(baseLsn)}.log`;
}

export function snapshotName(lsn: number): string {
  return `snapshot-${hexLsn(lsn)}.snap`;
}

/** Where a snapshot is written before it gets its name. */
export function temporaryName(lsn: number): string {
  return `snapshot-${hexLsn(lsn)}.tmp`;
}

/** What a name stands for. A number beyond the safe integers is no LSN that this log ever wrote. */
export function parseFileName(name: string): LogFileName {
  if (name.endsWith('.tmp')) return { kind: 'temporary', name };
  const match = /^(segment|snapshot)-([0-9a-f]{16})\.(log|snap)$/.exec(name);
  const lsn = Number.parseInt(match?.[2] ?? '', 16);
  if (!Number.isSafeInteger(lsn)) return { kind: 'other', name };
  if (name === segmentName(lsn)) return { kind: 'segment', name, baseLsn: lsn };
  if (name === snapshotName(lsn)) return { kind: 'snapshot', name, lsn };
  return { kind: 'other', name };
}

function hexLsn(lsn: number): string {
  return lsn.toString(16).padStart(lsnDigits, '0');
}
