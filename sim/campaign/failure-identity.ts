import { blake3 } from '@noble/hashes/blake3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Sighting } from '../kernel/sighting.js';
import type { Choice } from '../kernel/tape.js';
import type { FailureReport } from './campaign-document.js';

/** Between these a log goes to and fro as long as it serves: at which of them it is seen is chance. */
const servingStates = ['idle', 'flushing'];

/**
 * Where a violation was seen: the role of the node, the fact that showed it, and what the subsystem that tells first in each life of that
 * node, its log, had told last: `store store.effect log:serving`. `at rest` when nothing was left to happen.
 *
 * It tells two bugs of one invariant apart, and hardly splits one. What any subsystem had told last does: measured on 23 mutants it separated
 * no more of them, and made up to seven of one.
 */
export function stateLabel(sighting: Sighting | undefined): string {
  const { node = '', fact = '', states = [] } = sighting ?? {};
  const role = node.replace(/-?\d+$/, '');
  const [subsystem = '', state = ''] = (states[0] ?? '').split(':');
  const standing = servingStates.includes(state) ? `${subsystem}:serving` : states[0];
  return [role, fact, standing].filter((part) => part !== undefined && part !== '').join(' ') || 'at rest';
}

/**
 * What makes two failures one: the invariant, the state, and under which labels the choices are that the failure needs.
 *
 * @param choices - Null when that is not known: it was not shrunk to its end.
 */
export function failureIdentity(invariant: string, state: string, choices: readonly Choice[] | null): string {
  const labels = choices === null ? null : [...new Set(choices.map(({ label }) => label))].toSorted();
  const digest = blake3(utf8ToBytes(JSON.stringify([invariant, state, labels])), { dkLen: 4 });
  return `${invariant}/${bytesToHex(digest)}`;
}

/** One entry for each identity: the first, with the count of all. */
export function mergeByIdentity(failures: readonly FailureReport[]): readonly FailureReport[] {
  const merged = new Map<string, FailureReport>();
  for (const failure of failures) {
    const known = merged.get(failure.identity);
    if (known === undefined) merged.set(failure.identity, failure);
    else merged.set(failure.identity, { ...known, count: known.count + failure.count });
  }
  return [...merged.values()];
}
