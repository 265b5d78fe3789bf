import type { Oracle } from '../kernel/oracle.js';
import type { Simulation } from '../kernel/simulation.js';
import { auditComplete } from '../oracles/audit-complete.js';
import { authorityLinearizable } from '../oracles/authority-linearizable.js';
import { converges } from '../oracles/converges.js';
import type { Fact } from '../oracles/facts.js';
import { fenced } from '../oracles/fenced.js';
import { leaseLatched, type SeaTime } from '../oracles/lease-latched.js';
import { noSilentCorruption } from '../oracles/no-silent-corruption.js';
import { recoveredPrefix } from '../oracles/recovered-prefix.js';
import { replayEquivalence } from '../oracles/replay-equivalence.js';
import { singleOwner } from '../oracles/single-owner.js';
import { leaseTtlMs } from './authority-service.js';

/** The invariants that are judged wherever an authority is the only machine of a voyage. */
export const ownersInvariants = [
  'audit-complete',
  'authority-linearizable',
  'converges',
  'fenced',
  'lease-latched',
  'no-silent-corruption',
  'recovered-prefix',
  'replay-equivalence',
  'single-owner',
] as const;

/** Judges of them. */
export function ownersOracles(simulation: Simulation, time: SeaTime): readonly Oracle<Fact>[] {
  return [
    auditComplete(),
    linearizable(simulation, time),
    converges(),
    fenced(),
    leaseLatched(time),
    noSilentCorruption(),
    recoveredPrefix(),
    replayEquivalence(),
    singleOwner(),
  ];
}

/** Judges the history of the authority; whether it could decide is one of the things that have to happen sometimes. */
export function linearizable(simulation: Simulation, time: SeaTime): Oracle<Fact> {
  return authorityLinearizable({
    ...time,
    leaseTtlMs,
    onDecided: (isDecided) => simulation.sometimes('a history of the authority is judged', isDecided),
  });
}
