import type { EffectFailureKind } from '../agreement/wal-sync.js';
import type { CborValue } from '../codec/cbor.js';

/**
 * What a successful effect answered, by the kind of its request. Reference section 0. What a value in it means is for the
 * effect's own handler to say: here it is data.
 */
export type EffectResponse =
  | { readonly kind: 'send_decision'; readonly decision: CborValue }
  | { readonly kind: 'receive'; readonly state: CborValue }
  | { readonly kind: 'choose'; readonly label: string }
  | { readonly kind: 'invoke_step'; readonly state: CborValue }
  | { readonly kind: 'acquire'; readonly evidence: CborValue }
  | { readonly kind: 'release' }
  | { readonly kind: 'topology_events'; readonly events: readonly CborValue[] }
  | { readonly kind: 'wal_sync' }
  | { readonly kind: 'output_condition_hint'; readonly hint: CborValue };

export interface EffectSuccess {
  readonly status: 'success';
  readonly response: EffectResponse;
}

export interface EffectFailure<Kind extends EffectFailureKind = EffectFailureKind> {
  readonly status: 'failure';
  readonly kind: Kind;
  readonly message: string;
}

/** What came of an effect. Reference section 0: only a success carries a response. */
export type EffectOutcome = EffectSuccess | { readonly status: 'blocked' } | EffectFailure;

/**
 * The failures that follow from the request alone, to which the evidence is bound: asked again, they come again. Flaw D19.
 *
 * | kind | held | why |
 * |---|---|---|
 * | `invalid_input`, `invalid_evidence` | yes | a judgement of what the request carries |
 * | `contract_violation` | yes | the request is illegal, or it was answered by what is no answer to it |
 * | `denied`, `stale_authority` | no | a judgement of the authority of the moment; a successor may be allowed |
 * | `determinism` | no | a judgement of the program, which may be repaired |
 * | `unavailable`, `timeout`, `cancelled`, `topology_disruption` | no | the world may be better next time |
 * | `unknown` | no | nobody knows that it is permanent |
 */
export const permanentFailureKinds = [
  'invalid_input',
  'invalid_evidence',
  'contract_violation',
] as const satisfies readonly EffectFailureKind[];
export type PermanentFailureKind = (typeof permanentFailureKinds)[number];

/** An outcome that stays true for its request, however often and whenever it is asked again. */
export type LastingOutcome = EffectSuccess | EffectFailure<PermanentFailureKind>;

/** The same outcome when it is lasting; undefined when it is blocked or a failure that may pass. */
export function lastingOutcomeOf(outcome: EffectOutcome): LastingOutcome | undefined {
  switch (outcome.status) {
    case 'success':
      return outcome;
    case 'blocked':
      return undefined;
    case 'failure': {
      const kind = permanentFailureKinds.find((candidate) => candidate === outcome.kind);
      return kind === undefined ? undefined : { ...outcome, kind };
    }
  }
}

/** Whether the outcome hands out authority, which lapses by itself while the outcome stays. Flaw D21. */
export function grantsAuthority(outcome: EffectOutcome): boolean {
  return outcome.status === 'success' && outcome.response.kind === 'acquire';
}
