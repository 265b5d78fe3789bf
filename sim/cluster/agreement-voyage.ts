import { agreementProjection } from '../../src/agreement/projection.js';
import { decode } from '../../src/codec/cbor.js';
import { readArray } from '../../src/codec/shape.js';
import type { Simulation } from '../kernel/simulation.js';
import type { CrashAim } from '../nemesis/crash-schedule.js';
import { converges } from '../oracles/converges.js';
import { durableBeforeVisible } from '../oracles/durable-before-visible.js';
import type { Fact } from '../oracles/facts.js';
import { monotonicEscalation } from '../oracles/monotonic-escalation.js';
import { noSilentCorruption } from '../oracles/no-silent-corruption.js';
import { recoveredPrefix } from '../oracles/recovered-prefix.js';
import { replayEquivalence } from '../oracles/replay-equivalence.js';
import { terminalImmutable } from '../oracles/terminal-immutable.js';
import type { DiskFaultKind } from '../world/disk/disk-faults.js';
import { runAgreementClient } from './agreement-client.js';
import { AgreementService } from './agreement-service.js';
import { shadowOf } from './shadow.js';
import { tellAgreement } from './tell-agreement.js';
import { sailSingleNode } from './single-node.js';

/** The invariants that an agreement voyage judges. */
export const agreementInvariants = [
  'converges',
  'durable-before-visible',
  'monotonic-escalation',
  'no-silent-corruption',
  'recovered-prefix',
  'replay-equivalence',
  'terminal-immutable',
] as const;

/**
 * One agreement node, and clients that take operations through their lives, in good order or not: evidence twice or of the wrong owner,
 * levels out of order, outcomes that contradict each other, gates too early.
 */
export function sailAgreement(
  simulation: Simulation,
  options: { readonly diskFaults: readonly DiskFaultKind[]; readonly crashes: CrashAim | 'nowhere' },
): void {
  sailSingleNode(simulation, {
    makeShadow: () => shadowOf(agreementProjection),
    open: (ports, shellOptions) => AgreementService.open(ports, shellOptions),
    oracles: [
      converges(),
      durableBeforeVisible(),
      monotonicEscalation(),
      noSilentCorruption(),
      recoveredPrefix(),
      replayEquivalence(),
      terminalImmutable(),
    ],
    tell: tellEntry,
    ...options,
    client: runAgreementClient,
    clientsMax: 3,
  });
}

/** What a record of the log says, for the oracles. */
function tellEntry(bytes: Uint8Array, lsn: number): readonly Fact[] {
  const [, value] = readArray(decode(bytes), 'record');
  return tellAgreement(value ?? null, 'node', lsn);
}
