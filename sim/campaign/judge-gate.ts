import {
  type Certificate,
  type GatePart,
  gateParts,
  type GatePartName,
  type PartVerdict,
} from './certificate.js';
import { type ExitCode, exitCode, signalExitCode } from './exit-code.js';

/** What is broken outranks what could not be checked. */
export function partVerdict({ broken, unchecked }: Pick<GatePart, 'broken' | 'unchecked'>): PartVerdict {
  if (broken.length > 0) return 'broken';
  return unchecked.length > 0 ? 'unchecked' : 'holds';
}

/** Every part, in order: one that was not asked for, or not reached, is unchecked. */
export function allParts(parts: readonly GatePart[]): readonly GatePart[] {
  return gateParts.map((name) => parts.find((part) => part.name === name) ?? notAsked(name));
}

function notAsked(name: GatePartName): GatePart {
  const unchecked = ['left out, or not reached'];
  return { name, done: 'nothing', broken: [], unchecked, harnessFault: false, wallMs: 0 };
}

/** Seaworthy is only what holds in every part, and was not stopped. */
export function gateVerdict(
  parts: readonly GatePart[],
  stoppedBy: 'SIGINT' | 'SIGTERM' | undefined,
): Pick<Certificate, 'verdict' | 'exit'> {
  const holds = allParts(parts).every((part) => partVerdict(part) === 'holds' && !part.harnessFault);
  const verdict = holds && stoppedBy === undefined ? 'seaworthy' : 'not seaworthy';
  return { verdict, exit: exitOf(verdict, parts, stoppedBy) };
}

function exitOf(
  verdict: Certificate['verdict'],
  parts: readonly GatePart[],
  stoppedBy: 'SIGINT' | 'SIGTERM' | undefined,
): ExitCode {
  if (stoppedBy !== undefined) return signalExitCode(stoppedBy);
  if (parts.some(({ harnessFault }) => harnessFault)) return exitCode.harnessFault;
  return verdict === 'seaworthy' ? exitCode.clean : exitCode.found;
}

/** No failure in so many runs: with a confidence of 95 %, at most this share fails. The rule of three. */
export function failureShareMax(runs: number, failures: number): number | null {
  return runs === 0 || failures > 0 ? null : Math.min(1, 3 / runs);
}

/** `0.12 %`. */
export function percentText(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
