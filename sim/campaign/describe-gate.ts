import {
  type Certificate,
  type CertificateFigures,
  certificateSchema,
  type GatePart,
  type KillRate,
} from './certificate.js';
import { noDeadKnob } from './dead-knob.js';
import { sameTapeSameTrace } from './determinism.js';
import { allParts, gateVerdict, partVerdict, percentText } from './judge-gate.js';
import { sumCounts, sumFaults } from './sum-tables.js';

/** What a certificate tells besides its parts. */
export interface GateContext {
  readonly build: string;
  readonly mutant: string | undefined;
  readonly firstSeed: number;
  readonly command: string;
  readonly stoppedBy: 'SIGINT' | 'SIGTERM' | undefined;
  /** How much of what scenarios declare was judged by no-dead-knob. */
  readonly knobsJudged: number;
}

/** Puts the answers of a gate into its certificate, and decides its exit code. */
export function describeGate(
  parts: readonly GatePart[],
  figures: CertificateFigures,
  context: GateContext,
): Certificate {
  const { build, mutant, firstSeed, command, stoppedBy, knobsJudged } = context;
  return {
    schema: certificateSchema,
    build,
    mutant: mutant ?? null,
    ...gateVerdict(parts, stoppedBy),
    firstSeed,
    command,
    parts: allParts(parts).map((part) => ({ ...part, verdict: partVerdict(part) })),
    ...figures,
    faults: sumFaults(figures.scenarios.map(({ faults }) => faults)),
    invariants: sumCounts([
      ...figures.scenarios.map(({ invariants }) => invariants),
      { [sameTapeSameTrace]: figures.runsSailedTwice, [noDeadKnob]: knobsJudged },
    ]),
    limits: limitsOf(figures),
    wallMs: parts.reduce((sum, { wallMs }) => sum + wallMs, 0),
  };
}

/** A clean answer is about what was drawn, swept and planted, and about nothing else. */
function limitsOf({ scenarios, sweep, killRates }: CertificateFigures): readonly string[] {
  const shares = scenarios.flatMap(({ failureShareMax }) => failureShareMax ?? []);
  const cut = sweep.reduce((sum, { cutPoints }) => sum + cutPoints, 0);
  return [
    ...(shares.length === 0
      ? []
      : [
          `A bug that shows in less than ${percentText(Math.max(...shares))} of the runs of a scenario may have been missed.`,
        ]),
    ...(cut === 0
      ? []
      : [`At ${cut} crash points of the sweep, not every legal state of the disk was sailed.`]),
    ...(sweep.length === 0 ? [] : ['The sweep crashes no recovery: seaworthy sweep --depth 2.']),
    ...killRates.flatMap(notPlanted),
  ];
}

function notPlanted({ tier, planted, known }: KillRate): readonly string[] {
  if (planted === known) return [];
  return [
    `Of tier ${tier}, ${known - planted} of ${known} mutants were not planted: seaworthy mutants --tier ${tier}.`,
  ];
}
