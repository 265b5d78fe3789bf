import type { EvidenceCommand } from '../../../src/evidence/command.js';
import type { EvidenceEntry } from '../../../src/evidence/entry.js';
import type { BoundEvidence } from '../../../src/evidence/evidence.js';
import { lookup } from '../../../src/evidence/lookup.js';
import type { EffectOutcome } from '../../../src/evidence/outcome.js';
import { evidenceProjection } from '../../../src/evidence/projection.js';
import type { EvidenceRefusal } from '../../../src/evidence/refusal.js';
import { fingerprintOf } from '../../../src/evidence/request-fingerprint.js';
import type { EvidenceState } from '../../../src/evidence/state.js';
import { ProjectionBench } from '../projection-bench.js';

/** One evidence cache, as the shell would drive it. */
export class Cache extends ProjectionBench<EvidenceState, EvidenceCommand, EvidenceEntry, EvidenceRefusal> {
  constructor(entriesMax = 10) {
    super(evidenceProjection({ entriesMax }));
  }

  /** What the cache answers when the request of {@link evidence} is about to be made again. */
  ask(evidenceId: string, asked: BoundEvidence<EffectOutcome> = evidence()): ReturnType<typeof lookup> {
    return lookup(this.state, evidenceId, asked.fingerprint);
  }

  ids(): readonly string[] {
    return [...this.state.held.keys()].sort();
  }
}

export const written: EffectOutcome = {
  status: 'success',
  response: { kind: 'invoke_step', state: { receipt: 7 } },
};
export const leased: EffectOutcome = {
  status: 'success',
  response: { kind: 'acquire', evidence: { Nat: 1 } },
};

/** Evidence of a write that succeeded. */
export function evidence(changes: Partial<BoundEvidence<EffectOutcome>> = {}): BoundEvidence<EffectOutcome> {
  return {
    evidenceId: 'evidence#1',
    interfaceName: 'Storage',
    operationName: 'write',
    fingerprint: fingerprintOf('Storage', 'write', { path: 'a' }),
    operationId: 'op#1',
    leaseInRequest: false,
    outcome: written,
    ...changes,
  };
}

export function record(changes: Partial<BoundEvidence<EffectOutcome>> = {}): EvidenceCommand {
  return { kind: 'record', evidence: evidence(changes) };
}

export function release(operationId = 'op#1'): EvidenceCommand {
  return { kind: 'release', operationId };
}

export function forget(operationId = 'op#1'): EvidenceCommand {
  return { kind: 'forget', operationId };
}
