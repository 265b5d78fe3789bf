/** The reason of whoever cancels what has not ended for so long that it never will. */
export const outOfPatience = 'out of patience';

/** What a program does, as its own code tells it; what its journal says, as it stands on the disk; and what the outside saw of it. */
export type ProgramFact = CallFact | JournalFact | OutsideFact | WaitFact;

/** Told by the code of a program, whenever it is at work. Each run of it from its first line has a number of its own. */
type CallFact =
  | {
      readonly kind: 'program.began';
      readonly node: string;
      readonly operation: string;
      readonly run: number;
      /** Stands for the text of the program: another text, another program. */
      readonly text: string;
    }
  | {
      /** It calls its context for a step, a promise or a timer. */
      readonly kind: 'program.called';
      readonly node: string;
      readonly operation: string;
      readonly run: number;
      /** The path of the scope in which it calls; '' for the outermost one. */
      readonly scope: string;
      readonly step: string;
      /** All that the call is, besides what it runs: the same call, the same terms. */
      readonly terms: string;
    }
  | {
      /** It calls its context for a parallel scope with so many branches. */
      readonly kind: 'program.forked';
      readonly node: string;
      readonly operation: string;
      readonly run: number;
      readonly scope: string;
      readonly step: string;
      readonly branches: number;
    }
  | {
      /** A scope has come to its end by itself: the program, or a branch. */
      readonly kind: 'program.left';
      readonly node: string;
      readonly operation: string;
      readonly run: number;
      readonly scope: string;
    }
  | {
      /** A call was answered with the end of the whole run. */
      readonly kind: 'program.halted';
      readonly node: string;
      readonly operation: string;
      readonly run: number;
      readonly code: string;
    };

/** What a record of the journal says that a sync has just promised. */
type JournalFact =
  | {
      readonly kind: 'log.step';
      readonly node: string;
      readonly operation: string;
      readonly step: string;
      readonly standing: 'intent' | 'withdrawn' | 'settled' | 'promise' | 'timer';
      /** Of an intent: its policy; '' otherwise. */
      readonly policy: string;
      /** Of a timer: when it is due; 0 otherwise. */
      readonly dueMs: number;
    }
  | {
      readonly kind: 'log.diverged';
      readonly node: string;
      readonly operation: string;
      readonly step: string;
    }
  | {
      readonly kind: 'log.cancelling';
      readonly node: string;
      readonly operation: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'log.timer-fired';
      readonly node: string;
      readonly operation: string;
      readonly step: string;
      /** When the node believed to fire it, and what the clock shows now. */
      readonly firedMs: number;
      readonly nowMs: number;
    }
  | {
      readonly kind: 'log.resolved';
      readonly node: string;
      readonly operation: string;
      readonly step: string;
      readonly value: string;
    };

/** What reached the boundary of the outside world, whatever became of it there. */
type OutsideFact =
  | {
      /** A request for an effect has left the process. */
      readonly kind: 'effect.requested';
      readonly node: string;
      readonly operation: string;
      readonly run: number;
      readonly step: string;
      /** What is to be done, whatever the program calls it. */
      readonly deed: string;
      readonly guarded: boolean;
    }
  | {
      /** Somebody asks what came of an effect. */
      readonly kind: 'effect.queried';
      readonly node: string;
      readonly operation: string;
      readonly step: string;
    }
  | {
      readonly kind: 'token.handed';
      readonly node: string;
      readonly operation: string;
      readonly step: string;
      readonly token: string;
    }
  | {
      /** A client is about to resolve a promise. */
      readonly kind: 'client.offered';
      readonly node: string;
      readonly operation: string;
      readonly step: string;
      readonly token: string;
      readonly value: string;
    }
  | {
      /** A client was told what came of that: `accepted`, or the code of the refusal. */
      readonly kind: 'client.resolved';
      readonly node: string;
      readonly operation: string;
      readonly step: string;
      readonly token: string;
      readonly value: string;
      readonly answer: string;
    };

/** What a life holds of its ports. */
type WaitFact =
  | { readonly kind: 'node.opened'; readonly node: string; readonly incarnation: number }
  | {
      /** It sleeps, to be woken early if need be. */
      readonly kind: 'timer.set';
      readonly node: string;
      readonly timer: number;
      readonly nowMs: number;
      readonly wakeMs: number;
    }
  | { readonly kind: 'timer.gone'; readonly node: string; readonly timer: number }
  | {
      /** It has closed by itself, and still holds so many files and locks. */
      readonly kind: 'node.closed';
      readonly node: string;
      readonly handles: number;
    };
