import type { AgreementCommand } from '../../../src/agreement/command.js';
import type { AgreementEntry, AgreementWalEntry } from '../../../src/agreement/entry.js';
import { agreementProjection } from '../../../src/agreement/projection.js';
import type {
  AgreementContract,
  AgreementEvidence,
  AgreementState,
  PrestateBinding,
} from '../../../src/agreement/records.js';
import type { AgreementRefusal } from '../../../src/agreement/refusal.js';
import type { AgreementRoomState } from '../../../src/agreement/state.js';
import { agreementStateAt } from '../../../src/agreement/visibility.js';
import type { PlacedEntry } from '../../../src/agreement/wal.js';
import { ProjectionBench } from '../projection-bench.js';

/** One agreement room, as the shell would drive it. */
export class Room extends ProjectionBench<
  AgreementRoomState,
  AgreementCommand,
  AgreementEntry,
  AgreementRefusal
> {
  constructor() {
    super(agreementProjection);
  }

  /** The log, each entry with its place in it. */
  get placed(): readonly PlacedEntry[] {
    return this.log.map((entry, index) => ({ lsn: index + 1, entry }));
  }

  level(operationId = 'op#1'): string | undefined {
    return this.stateOf(operationId)?.level;
  }

  stateOf(operationId = 'op#1'): AgreementState | undefined {
    return agreementStateAt(this.state, operationId);
  }
}

/** Blocked until finalized, closed by its owner's commit fact, one participant needed. */
export function contract(changes: Partial<AgreementContract> = {}): AgreementContract {
  const operationId = changes.operationId ?? 'op#1';
  return {
    contractName: `agreement:${operationId}`,
    operationId,
    session: null,
    ownerId: 'authority',
    profileName: 'ProofFinalization',
    visibility: 'pending',
    rule: { kind: 'any_participant' },
    usableAt: 'provisional',
    finalizedAt: 'finalized',
    requiredEvidenceKind: 'commit_fact',
    ...changes,
  };
}

export function prestate(operationId = 'op#1', session: number | null = null): PrestateBinding {
  return {
    bindingId: `prestate:${operationId}`,
    operationId,
    session,
    stateDigest: 'digest',
    epochRef: null,
    participantDigest: null,
  };
}

export function register(
  changes: Partial<AgreementContract> = {},
  participants: readonly string[] = ['alice', 'bob', 'carol'],
  tick = 1,
): AgreementCommand {
  const terms = contract(changes);
  return {
    kind: 'register',
    contract: terms,
    participants,
    prestate: prestate(terms.operationId, terms.session),
    tick,
  };
}

/** A participant's word. */
export function witness(ownerId: string, changes: Partial<AgreementEvidence> = {}): AgreementEvidence {
  return {
    evidenceId: `witness:${ownerId}`,
    operationId: 'op#1',
    session: null,
    ownerId,
    level: 'soft_safe',
    kind: 'witness',
    reference: `witness://${ownerId}`,
    authoritative: true,
    ...changes,
  };
}

/** What closes the operation of {@link contract}. */
export function commitFact(changes: Partial<AgreementEvidence> = {}): AgreementEvidence {
  return witness('authority', { evidenceId: 'fact', level: 'finalized', kind: 'commit_fact', ...changes });
}

export function submit(evidence: AgreementEvidence, tick = 2): AgreementCommand {
  return { kind: 'submit_evidence', operationId: evidence.operationId, evidence, tick };
}

export function toSoftSafe(
  operationId = 'op#1',
  evidenceId: string | null = null,
  tick = 3,
): AgreementCommand {
  return {
    kind: 'escalate',
    operationId,
    previousLevel: 'provisional',
    newLevel: 'soft_safe',
    evidenceId,
    tick,
  };
}

export function finalize(
  outcome: 'finalized' | 'aborted' | 'rejected' | 'timed_out',
  changes: Partial<Omit<Extract<AgreementCommand, { kind: 'finalize' }>, 'kind' | 'outcome'>> = {},
): AgreementCommand {
  return {
    kind: 'finalize',
    operationId: 'op#1',
    outcome,
    evidenceId: outcome === 'finalized' ? 'fact' : null,
    materializationProofId: null,
    canonicalHandleId: null,
    tick: 4,
    ...changes,
  };
}

export function gate(
  gateLevel: 'none' | 'provisional' | 'soft_safe' | 'finalized',
  downstreamCoroutineId = 'coro#9',
  tick = 5,
): AgreementCommand {
  return { kind: 'cross_gate', operationId: 'op#1', downstreamCoroutineId, gateLevel, tick };
}

/** A room in which op#1 is soft_safe by alice's word. */
export function softSafeRoom(changes: Partial<AgreementContract> = {}): Room {
  const room = new Room();
  room.do(register(changes), submit(witness('alice')), toSoftSafe());
  return room;
}

/** A room in which op#1 is finalized. */
export function finalizedRoom(changes: Partial<AgreementContract> = {}): Room {
  const room = softSafeRoom(changes);
  room.do(submit(commitFact()), finalize('finalized'));
  return room;
}

/** The four entries of the reference's sample WAL. */
export const sampleWal: readonly AgreementWalEntry[] = [
  {
    kind: 'evidence_produced',
    evidence: {
      evidenceId: 'evidence#1',
      operationId: 'op#1',
      session: null,
      ownerId: null,
      level: 'soft_safe',
      kind: 'commit_fact',
      reference: 'commit://1',
      authoritative: true,
    },
    tick: 4,
  },
  {
    kind: 'escalation',
    operationId: 'op#1',
    previousLevel: 'provisional',
    newLevel: 'soft_safe',
    evidenceId: 'evidence#1',
    tick: 4,
  },
  {
    kind: 'finalization',
    operationId: 'op#1',
    outcome: 'finalized',
    materializationProofId: 'proof#1',
    canonicalHandleId: 'handle#1',
    tick: 6,
  },
  {
    kind: 'visibility_gate_crossing',
    operationId: 'op#1',
    downstreamCoroutineId: 'coro#9',
    gateLevel: 'finalized',
    tick: 7,
  },
];
