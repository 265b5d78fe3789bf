import type { FleetFact } from './fleet-facts.js';
import type { OperationFact } from './operation-facts.js';
import type { ProgramFact } from './program-facts.js';
import type { RecoveryFact } from './recovery-facts.js';

/**
 * What the oracles are told: facts that were seen from outside. Either the disk as it is (read by the cluster's own reader, not
 * by the node), or what somebody outside the node was told.
 */
export type Fact =
  DiskFact | WorkflowFact | ProgramFact | OperationFact | RecoveryFact | FleetFact | NodeFact | ClientFact;

/** Levels of agreement, by rank. */
export const levels = ['none', 'provisional', 'soft_safe', 'finalized'] as const;
export type Level = (typeof levels)[number];

/** How far `level` is: 0 to 3. */
export function rank(level: Level): number {
  return levels.indexOf(level);
}

/** A record that a successful sync has just promised, by what it says. */
export type DiskFact =
  | { readonly kind: 'disk.promised'; readonly node: string; readonly lsn: number; readonly digest: string }
  | {
      /** A record that a sync has promised says nothing that can be understood. */
      readonly kind: 'disk.garbled';
      readonly node: string;
      readonly lsn: number;
      readonly reason: string;
    }
  | {
      readonly kind: 'log.escalation';
      readonly node: string;
      readonly lsn: number;
      readonly operation: string;
      readonly previous: Level;
      readonly next: Level;
    }
  | {
      readonly kind: 'log.finalization';
      readonly node: string;
      readonly lsn: number;
      readonly operation: string;
      readonly outcome: string;
    }
  | {
      readonly kind: 'log.gate';
      readonly node: string;
      readonly lsn: number;
      readonly operation: string;
      readonly downstream: string;
      readonly level: Level;
    };

/** What the log says about workflows, record by record, and what happened outside. */
export type WorkflowFact =
  | { readonly kind: 'log.intent'; readonly node: string; readonly operation: string; readonly step: string }
  | {
      /** A window in doubt was resolved. */
      readonly kind: 'log.audit';
      readonly node: string;
      readonly operation: string;
      readonly step: string;
      readonly policy: string;
      readonly window: number;
    }
  | {
      readonly kind: 'log.ended';
      readonly node: string;
      readonly operation: string;
      readonly outcome: string;
      readonly seq: number;
    }
  | {
      /** A node does what nobody calls back: it asks the outside for an effect. */
      readonly kind: 'effect.begun';
      readonly node: string;
      readonly operation: string;
      readonly step: string;
    }
  | {
      /** The outside world was changed, by whoever asked under this key. */
      readonly kind: 'effect.applied';
      readonly node: string;
      readonly operation: string;
      readonly step: string;
      readonly key: string;
      /** Whether the step is guarded, and so has to have an intent. */
      readonly guarded: boolean;
      /** Whether the outside knows a key that it has seen. */
      readonly dedup: boolean;
    }
  | {
      /** A program went on with what a step answered. */
      readonly kind: 'step.answered';
      readonly node: string;
      readonly operation: string;
      readonly step: string;
      readonly answer: string;
    }
  | {
      /** A program went on although the workflow that a step of it ran did not come to a result. */
      readonly kind: 'child.failed';
      readonly node: string;
      readonly operation: string;
      readonly step: string;
      readonly reason: string;
    }
  | {
      /** A program has come to its end: these of its steps must have changed the outside. */
      readonly kind: 'program.ended';
      readonly node: string;
      readonly operation: string;
      readonly step: string;
    }
  | {
      /** Somebody was told whether an operation begins with this input. */
      readonly kind: 'client.submitted';
      readonly node: string;
      readonly operation: string;
      /** Stands for the input. */
      readonly input: string;
      /** `accepted`, or the code of the refusal. */
      readonly answer: string;
    }
  | {
      readonly kind: 'client.ended';
      readonly node: string;
      readonly operation: string;
      readonly outcome: string;
    }
  | {
      /** Somebody looked at an operation: its status, '' when it is not held. */
      readonly kind: 'client.looked';
      readonly node: string;
      readonly operation: string;
      readonly status: string;
    };

/** What a node did, as seen from outside. */
export type NodeFact =
  | {
      /** The node serves again after recovery. */
      readonly kind: 'node.ready';
      readonly node: string;
      readonly lastLsn: number;
      /** Stands for the state that it serves. */
      readonly found: string;
      /** Stands for the fold of the records that the disk holds up to `lastLsn`; '' when it holds no such record. */
      readonly expected: string;
      /** The newest record that a sync has promised, less what the disk lied about. */
      readonly promisedLsn: number;
      /** What the disk itself did wrong so far: rot, lies, unreadable or misdirected sectors. */
      readonly damages: number;
    }
  | {
      /** The node refused to start on this disk. */
      readonly kind: 'node.refused';
      readonly node: string;
      readonly code: string;
      /** Whether it said in which file. */
      readonly located: boolean;
      /** Whether the disk did something wrong that excuses it. */
      readonly excused: boolean;
      /** Whether the disk's bytes are what they were before the attempt. */
      readonly untouched: boolean;
    }
  | {
      /** One state, reached in two ways. */
      readonly kind: 'node.folded';
      readonly node: string;
      readonly way: 'live' | 'recovered-again' | 'recovered-from-durable';
      readonly lsn: number;
      readonly expected: string;
      readonly found: string;
    };

/** What somebody outside was told. */
export type ClientFact =
  | {
      /** A record was acknowledged. */
      readonly kind: 'client.acked';
      readonly node: string;
      readonly lsn: number;
      readonly digest: string;
    }
  | {
      /** A client learned at which level an operation is, and how it was decided: '' when it is not. */
      readonly kind: 'client.told';
      readonly node: string;
      readonly operation: string;
      readonly level: Level;
      readonly outcome: string;
    }
  | {
      /** Something downstream was let through a gate. */
      readonly kind: 'client.passed';
      readonly node: string;
      readonly operation: string;
      readonly downstream: string;
      readonly level: Level;
    }
  | { readonly kind: 'client.asked'; readonly node: string; readonly request: string }
  | {
      readonly kind: 'client.answered';
      readonly node: string;
      readonly request: string;
      readonly answer: string;
    };
