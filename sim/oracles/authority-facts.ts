/** What the log of the authority says, record by record, in the order of the log. Times are those of the authority. */
export type AuthorityFact = TenureFact | TransferFact | WitnessFact | AuditFact | LedgerFact;

/** Who may act for a session. `owner` is one life of one node: `worker-1#3`. */
type Tenure = {
  readonly node: string;
  readonly session: string;
  readonly owner: string;
  readonly generation: number;
};

type TenureFact =
  | ({ readonly kind: 'log.capability-issued' } & Tenure & {
        /** As {@link scopeText}. */
        readonly scope: string;
        readonly issuedAtMs: number;
        readonly ttlMs: number;
        readonly policy: 'fail_closed' | 'claimable';
        /** Of the claim; '' when it came in another way. */
        readonly request: string;
        readonly atMs: number;
      })
  | ({ readonly kind: 'log.capability-invalidated' } & Tenure & {
        readonly reason: string;
        readonly atMs: number;
      })
  | ({ readonly kind: 'log.capability-used' } & Tenure & { readonly act: string; readonly atMs: number })
  | ({ readonly kind: 'log.lease-renewed' } & Tenure & {
        readonly issuedAtMs: number;
        readonly ttlMs: number;
        readonly atMs: number;
      })
  | ({ readonly kind: 'log.lease-expired' } & Tenure & { readonly atMs: number })
  | ({
      /** Nobody will own it again. */
      readonly kind: 'log.session-ended';
    } & Tenure & { readonly reason: string; readonly atMs: number });

/** What became of an offer of a session to another owner. `owner` and `generation` are those of whoever offers. */
type TransferFact = { readonly kind: 'log.receipt' } & Tenure & {
    readonly standing: 'issued' | 'committed' | 'rolled_back' | 'expired';
    readonly claim: number;
    readonly toOwner: string;
    readonly toGeneration: number;
    /** Of one that is issued; 0 otherwise. */
    readonly expiresAtMs: number;
    readonly atMs: number;
  };

type WitnessFact = { readonly kind: 'log.readiness' } & Tenure & {
    readonly standing: 'issued' | 'consumed' | 'invalidated';
    readonly witness: number;
    /** Stands for all that the witness says besides. */
    readonly terms: string;
    readonly atMs: number;
  };

/** What the audit says of refusals, and where it ends and digests begin. */
type AuditFact =
  | {
      readonly kind: 'log.denied';
      readonly node: string;
      readonly act: string;
      readonly session: string;
      readonly owner: string;
      readonly code: string;
      readonly atMs: number;
    }
  | { readonly kind: 'log.session-archived'; readonly node: string; readonly session: string }
  | { readonly kind: 'log.session-forgotten'; readonly node: string; readonly session: string }
  | { readonly kind: 'log.audit-archived'; readonly node: string; readonly throughSeq: number };

type LedgerFact =
  | {
      readonly kind: 'log.admitted';
      readonly node: string;
      readonly operation: string;
      readonly session: string;
      /** Stands for session, workflow and input. */
      readonly terms: string;
    }
  | {
      readonly kind: 'log.settled';
      readonly node: string;
      readonly operation: string;
      readonly session: string;
      readonly generation: number;
      readonly outcome: string;
      /** Stands for the payload, or for the reason. */
      readonly payload: string;
    };

/** How a scope is written down: `*` for the whole session, else the fragments in order, between spaces. */
export function scopeText(fragments: readonly string[] | null): string {
  return fragments === null ? '*' : fragments.toSorted().join(' ');
}

/** The node that `owner` is a life of. */
export function nodeOf(owner: string): string {
  const end = owner.lastIndexOf('#');
  return end === -1 ? owner : owner.slice(0, end);
}

/** The records of the audit: each of these is one, in the one order of the log. */
export const auditedKinds = [
  'log.capability-issued',
  'log.capability-invalidated',
  'log.capability-used',
  'log.lease-renewed',
  'log.lease-expired',
  'log.session-ended',
  'log.receipt',
  'log.readiness',
  'log.denied',
] as const;
