import type { Level } from './facts.js';

/** What the log says about what recovery rests on, and what a node says that it has decided. */
export type RecoveryFact =
  | {
      readonly kind: 'log.contract';
      readonly node: string;
      readonly lsn: number;
      readonly operation: string;
    }
  | {
      /** The operation's terms are dropped: nothing is owed to it any more. */
      readonly kind: 'log.forgotten';
      readonly node: string;
      readonly lsn: number;
      readonly operation: string;
    }
  | {
      /** A participant stands for an operation, at a level that may not have been reached by then. */
      readonly kind: 'log.stood-for';
      readonly node: string;
      readonly lsn: number;
      readonly operation: string;
      readonly level: Level;
    }
  | {
      /** The operation's result is held as this evidence, and it goes on from there. */
      readonly kind: 'log.certified';
      readonly node: string;
      readonly lsn: number;
      readonly operation: string;
      readonly evidence: string;
    }
  | {
      /** An outcome is held, and needed by the operation. */
      readonly kind: 'log.evidence-recorded';
      readonly node: string;
      readonly lsn: number;
      readonly operation: string;
      readonly evidence: string;
      /** `success`, `blocked`, or the kind of a failure. */
      readonly status: string;
      /** Stands for request and outcome. */
      readonly digest: string;
    }
  | {
      /** The operation needs no evidence any more. */
      readonly kind: 'log.evidence-released';
      readonly node: string;
      readonly lsn: number;
      readonly operation: string;
    }
  | {
      readonly kind: 'log.evidence-evicted';
      readonly node: string;
      readonly lsn: number;
      readonly evidence: string;
    }
  | {
      /** What a node holds of evidence, each piece by id and digest. */
      readonly kind: 'node.cache';
      readonly node: string;
      readonly lsn: number;
      readonly held: string;
    }
  | {
      /** What a node that has just recovered will do about one operation. */
      readonly kind: 'node.decided';
      readonly node: string;
      readonly operation: string;
      readonly action: string;
      readonly level: Level;
      readonly checkpointLevel: Level;
      /** '' when no gate was crossed. */
      readonly gateLevel: Level | '';
    }
  | {
      /** That was all. */
      readonly kind: 'node.recovered';
      readonly node: string;
      readonly operations: number;
    };
