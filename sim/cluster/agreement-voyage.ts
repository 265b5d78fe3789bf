import { agreementProjection } from '../../src/agreement/projection.js';
import type { Simulation } from '../kernel/simulation.js';
import type { CrashAim } from '../nemesis/crash-schedule.js';
import { converges } from '../oracles/converges.js';
import { durableBeforeVisible } from '../oracles/durable-before-visible.js';
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
    tell: ({ value }, lsn) => tellAgreement(value, 'node', lsn),
    ...options,
    client: runAgreementClient,
    clientsMax: 3,
  });
}
