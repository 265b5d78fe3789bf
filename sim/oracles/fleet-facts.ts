import type { TraceEvent } from '../trace/event.js';
import type { AuthorityFact } from './authority-facts.js';
import type { ProtocolFact } from './protocol-facts.js';
import type { SagaFact } from './saga-facts.js';
import type { StoreFact } from './store-facts.js';

/** What the oracles are told about a fleet: what its logs say, what its nodes tell their probes, and what was asked of its authority. */
export type FleetFact =
  AuthorityFact | ProtocolFact | StoreFact | SagaFact | ParticipantFact | ProbeFact | HistoryFact;

/** What the log of a worker says about witness rounds of others. */
type ParticipantFact = {
  /** It has given its witness for an operation of another worker. */
  readonly kind: 'log.witnessed';
  readonly node: string;
  readonly operation: string;
  readonly session: string;
  readonly generation: number;
};

/** What a node tells its probe, word for word. */
export type ProbeFact = WorkerFact | ConversationFact | StoreEffectFact | BulkheadFact | DispatchFact;

type WorkerFact =
  | {
      /** It is about to act for a session. */
      readonly kind: 'worker.acts';
      readonly node: string;
      readonly session: string;
      readonly generation: number;
      readonly act: string;
    }
  | {
      /** It holds a lease until then, by its own monotonic clock, its margin taken off. */
      readonly kind: 'worker.lease';
      readonly node: string;
      readonly session: string;
      readonly generation: number;
      readonly untilMs: number;
    }
  | {
      readonly kind: 'worker.lost';
      readonly node: string;
      readonly session: string;
      readonly generation: number;
      readonly reason: string;
    }
  | {
      readonly kind: 'worker.follows';
      readonly node: string;
      readonly operation: string;
      readonly session: string;
    }
  | {
      readonly kind: 'worker.took-over';
      readonly node: string;
      readonly session: string;
      readonly generation: number;
    };

type ConversationFact =
  | {
      readonly kind: 'session.took';
      readonly node: string;
      readonly conversation: string;
      readonly role: string;
      readonly label: string;
    }
  | {
      readonly kind: 'session.refused';
      readonly node: string;
      readonly conversation: string;
      readonly role: string;
      readonly label: string;
      readonly reason: string;
    };

type StoreEffectFact = {
  /** A handler is about to run. */
  readonly kind: 'store.effect';
  readonly node: string;
  readonly key: string;
  readonly session: string;
  readonly generation: number;
};

type DispatchFact = {
  /** A request to the store is about to be sent. */
  readonly kind: 'remote.dispatched';
  readonly node: string;
  readonly key: string;
  /** The operation, when it is a step of one. */
  readonly trace: string;
};

type BulkheadFact =
  | {
      readonly kind:
        | 'bulkhead.queued'
        | 'bulkhead.granted'
        | 'bulkhead.released'
        | 'bulkhead.lapsed'
        | 'bulkhead.timed_out';
      readonly node: string;
      readonly ticket: number;
      readonly weight: number;
    }
  | {
      readonly kind: 'bulkhead.rejected' | 'bulkhead.cancelled';
      readonly node: string;
      readonly ticket: number;
      readonly weight: number;
      readonly reason: string;
    };

/** What may be asked of the authority and have an order with what others ask. */
export type AuthorityAct =
  | 'claim'
  | 'renew'
  | 'release'
  | 'close'
  | 'begin_transfer'
  | 'commit_transfer'
  | 'rollback_transfer'
  | 'issue_readiness'
  | 'consume_readiness'
  | 'admit'
  | 'settle';

/**
 * What somebody asked of the authority, and what it was told: the two ends of each call. One that is never returned, since its caller gave
 * up or died, may have been carried out, at any time from then on.
 */
type HistoryFact =
  | {
      readonly kind: 'authority.asked';
      readonly node: string;
      /** No two calls of a run share it. */
      readonly call: string;
      readonly act: AuthorityAct;
      readonly session: string;
      readonly owner: string;
      /** Of the capability, or of the receipt, that is shown; -1 when none is. */
      readonly generation: number;
      /** What it is about besides: the operation, the id of the receipt or of the witness as text, or '' . */
      readonly subject: string;
      /** Of a claim: policy and request id, with a space between; of an offer: its target; else what stands for the rest of the request. */
      readonly terms: string;
    }
  | {
      readonly kind: 'authority.answered';
      readonly node: string;
      readonly call: string;
      /** `granted`, or the code of the refusal. */
      readonly answer: string;
      /** The generation that is granted, by a claim or a transfer; -1 otherwise. */
      readonly generation: number;
      /** The id of the receipt or witness that is given; of a settlement, what stands for the one that counts; '' otherwise. */
      readonly subject: string;
    };

const probeKinds: Readonly<Record<ProbeFact['kind'], true>> = {
  'worker.acts': true,
  'worker.lease': true,
  'worker.lost': true,
  'worker.follows': true,
  'worker.took-over': true,
  'session.took': true,
  'session.refused': true,
  'store.effect': true,
  'remote.dispatched': true,
  'bulkhead.queued': true,
  'bulkhead.granted': true,
  'bulkhead.released': true,
  'bulkhead.lapsed': true,
  'bulkhead.timed_out': true,
  'bulkhead.rejected': true,
  'bulkhead.cancelled': true,
};

/** Whether what a node tells its probe is a fact for the oracles. All else is for the trace alone. */
export function isProbeFact(event: TraceEvent): event is ProbeFact {
  return Object.hasOwn(probeKinds, event.kind);
}
