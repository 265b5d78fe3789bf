import { encode } from '../../../src/codec/cbor.js';
import type { EvidenceCommand } from '../../../src/evidence/command.js';
import type { EvidenceEntry } from '../../../src/evidence/entry.js';
import type { BoundEvidence } from '../../../src/evidence/evidence.js';
import { lookup } from '../../../src/evidence/lookup.js';
import type { EffectOutcome } from '../../../src/evidence/outcome.js';
import { evidenceProjection } from '../../../src/evidence/projection.js';
import type { EvidenceRefusal } from '../../../src/evidence/refusal.js';
import { fingerprintOf } from '../../../src/evidence/request-fingerprint.js';

/** One evidence cache, as the shell would drive it, with its log beside it. */
export class Cache {
  readonly projection: ReturnType<typeof evidenceProjection>;
  state;
  readonly log: EvidenceEntry[] = [];

  constructor(entriesMax = 10) {
    this.projection = evidenceProjection({ entriesMax });
    this.state = this.projection.initial();
  }

  /** Decides, records and applies. Throws the refusal, if any. */
  do(...commands: readonly EvidenceCommand[]): readonly EvidenceEntry[] {
    return commands.flatMap((command) => {
      const decision = this.projection.decide(this.state, command);
      if (decision.kind === 'refused') throw decision.refusal;
      for (const entry of decision.entries) {
        this.log.push(entry);
        this.projection.apply(this.state, entry, this.log.length);
      }
      return decision.entries;
    });
  }

  /** The refusal that a command meets. Throws when it is accepted, or when refusing it changed anything. */
  refusal(command: EvidenceCommand): EvidenceRefusal {
    const before = this.bytes();
    const decision = this.projection.decide(this.state, command);
    if (this.bytes() !== before) throw new Error('decide changed the state');
    if (decision.kind === 'accepted')
      throw new Error(`accepted ${decision.entries.map((entry) => entry.kind).join()}`);
    return decision.refusal;
  }

  /** What the cache answers when the request of {@link evidence} is about to be made again. */
  ask(evidenceId: string, asked: BoundEvidence<EffectOutcome> = evidence()): ReturnType<typeof lookup> {
    return lookup(this.state, evidenceId, asked.fingerprint);
  }

  ids(): readonly string[] {
    return [...this.state.held.keys()].sort();
  }

  /** The whole state, to compare. */
  bytes(): string {
    return Buffer.from(encode(this.projection.capture(this.state))).toString('hex');
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
