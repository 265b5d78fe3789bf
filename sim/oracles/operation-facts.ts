import type { TraceEvent } from '../trace/event.js';

/** What the oracles are told about the registry of operations. How an operation ended, `log.ended` tells for all kinds of node. */
export type OperationFact = OperationLogFact | OperationCallFact;

/** What a record that a sync has promised says. Told record by record, in the order of the log. */
export type OperationLogFact =
  | {
      readonly kind: 'log.registered';
      readonly node: string;
      readonly operation: string;
      readonly owner: string;
      /** Stands for spec and input. */
      readonly terms: string;
      /** Whether its end has a row in the feed. */
      readonly hasRow: boolean;
    }
  | {
      readonly kind: 'log.phase';
      readonly node: string;
      readonly operation: string;
      readonly phase: 'running' | 'retiring';
    }
  | { readonly kind: 'log.peer'; readonly node: string; readonly operation: string; readonly peer: string }
  | { readonly kind: 'log.progress'; readonly node: string; readonly operation: string }
  | { readonly kind: 'log.rolled-back'; readonly node: string; readonly operation: string }
  | { readonly kind: 'log.evicted'; readonly node: string; readonly operation: string }
  | { readonly kind: 'log.tombstone-dropped'; readonly node: string; readonly operation: string }
  | { readonly kind: 'log.owner-terminated'; readonly node: string; readonly owner: string }
  | { readonly kind: 'log.owner-forgotten'; readonly node: string; readonly owner: string }
  | {
      readonly kind: 'log.wait-opened';
      readonly node: string;
      readonly wait: string;
      /** In the order of the request, between spaces. */
      readonly members: string;
    }
  | {
      readonly kind: 'log.wait-satisfied';
      readonly node: string;
      readonly wait: string;
      /** As {@link answerText}, in the order of the request, between spaces. */
      readonly answers: string;
    }
  | {
      readonly kind: 'log.wait-closed';
      readonly node: string;
      readonly wait: string;
      readonly why: 'acknowledged' | 'cancelled';
    }
  | ({ readonly kind: 'log.cursors'; readonly node: string } & CursorPlaces);

/** Where the cursors of the feed stand, or are asked to stand. */
export type CursorPlaces = {
  readonly applied: number;
  readonly observed: number;
  readonly injected: number;
};

/** What a call is for, as far as anybody cares. */
export type Purpose =
  | 'watch'
  | 'wait'
  | 'list'
  | 'look'
  | 'feed'
  | 'cursors'
  | 'register'
  | 'command'
  /** It may end operations, and evict some. */
  | 'end'
  /** It evicts all that it may. */
  | 'collect';

/** A call of somebody outside, who is `node`: when it came to the machine, and with what it left it again. */
export type OperationCallFact =
  | {
      /** The machine has taken the call. */
      readonly kind: 'call.reached';
      readonly node: string;
      readonly request: string;
      readonly purpose: Purpose;
      /** The operation, or the wait, that it is about. */
      readonly subject: string;
      /** Of a wait: its members in the order of the request, between spaces. Of a registration: what stands for spec and input. */
      readonly terms: string;
      /** Of a registration: so many may be alive with it; 0 when it does not say. */
      readonly activeMax: number;
    }
  | {
      /** What was asked for is done: `change` says what has to stand in the log about `subject`, '' when nothing has to. */
      readonly kind: 'client.accepted';
      readonly node: string;
      readonly request: string;
      readonly subject: string;
      readonly change: string;
    }
  | {
      readonly kind: 'client.refused';
      readonly node: string;
      readonly request: string;
      readonly code: string;
      /** The operation or wait that the refusal names; '' when it names none. */
      readonly subject: string;
      /** How it stands, in the words of the refusal; '' when it does not say. */
      readonly status: string;
      /** How many operations are alive, in the words of the refusal; 0 when it does not say. */
      readonly active: number;
    }
  | {
      /** A place that shows how an operation ended has shown it. */
      readonly kind: 'client.shown';
      readonly node: string;
      readonly request: string;
      readonly place: 'watch' | 'feed' | 'snapshot' | 'barrier';
      readonly operation: string;
      readonly outcome: string;
      readonly seq: number;
    }
  | {
      readonly kind: 'client.watched';
      readonly node: string;
      readonly request: string;
      readonly operation: string;
      readonly end: 'ended' | 'evicted' | 'rolled_back' | 'unknown';
    }
  | {
      readonly kind: 'client.waited';
      readonly node: string;
      readonly request: string;
      readonly wait: string;
      readonly end: 'satisfied' | 'cancelled' | 'unknown';
      readonly answers: string;
    }
  | {
      readonly kind: 'client.listed';
      readonly node: string;
      readonly request: string;
      readonly active: number;
      /** Each operation that is held as `id=standing`, in the order of the list, between spaces. */
      readonly listing: string;
    }
  | {
      readonly kind: 'client.saw';
      readonly node: string;
      readonly request: string;
      readonly operation: string;
      readonly standing: string;
    }
  | {
      /** A page of the feed. Its rows were told before, as `client.shown`. */
      readonly kind: 'client.page';
      readonly node: string;
      readonly request: string;
      readonly afterSeq: number;
      readonly limit: number;
      readonly throughSeq: number;
      /** The highest seq that is missing, by the page's own words; 0 when it tells of no gap. */
      readonly gapThrough: number;
    }
  | ({
      /** Cursors were asked to move; 0 stands for one that was not named. */
      readonly kind: 'client.advanced';
      readonly node: string;
      readonly request: string;
      readonly accepted: boolean;
    } & CursorPlaces)
  | ({
      readonly kind: 'client.cursors';
      readonly node: string;
      readonly request: string;
    } & CursorPlaces);

const logKinds: Readonly<Record<OperationLogFact['kind'], true>> = {
  'log.registered': true,
  'log.phase': true,
  'log.peer': true,
  'log.progress': true,
  'log.rolled-back': true,
  'log.evicted': true,
  'log.tombstone-dropped': true,
  'log.owner-terminated': true,
  'log.owner-forgotten': true,
  'log.wait-opened': true,
  'log.wait-satisfied': true,
  'log.wait-closed': true,
  'log.cursors': true,
};

export function isOperationLogFact(fact: TraceEvent): fact is OperationLogFact {
  return Object.hasOwn(logKinds, fact.kind);
}

/** Whether the fact is one of the disk's promises. Those of one sync follow one another, and a batch is never torn. */
export function isOfLog({ kind }: TraceEvent): boolean {
  return kind === 'disk.promised' || kind.startsWith('log.');
}

/** How an answer is written down: `completed@5`; for an operation that was taken back, `rolled_back`. */
export function answerText(outcome: string, seq: number): string {
  return `${outcome}@${seq}`;
}

/** The words of a list; none in an empty one. */
export function wordsOf(list: string): readonly string[] {
  return list === '' ? [] : list.split(' ');
}

/** By what a call is known. */
export function callOf({ node, request }: { readonly node: string; readonly request: string }): string {
  return `${node}/${request}`;
}
