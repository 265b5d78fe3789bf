import type { VoyageParameters } from '../kernel/parameters.js';
import type { RunEnd, Violation } from '../kernel/simulation.js';
import type { RecordedChoice, TapeSource } from '../kernel/tape.js';
import type { Verdict } from '../kernel/voyage.js';
import type { Confirmation, Suspect } from './confirm.js';
import type { Chunk } from './seed-plan.js';
import type { Survey, Surveyed } from './survey.js';
import type { ShortForm } from './short-form.js';
import type { Stretch, SweepLimits, SweepTally } from './sweep-tally.js';
import type { Tally } from './tally.js';

/** What the main thread asks of a worker, one request at a time. */
export type WorkerRequest =
  | { readonly type: 'chunk'; readonly chunk: Chunk; readonly bail: boolean }
  | { readonly type: 'confirm'; readonly scenario: string; readonly suspect: Suspect }
  | { readonly type: 'voyage'; readonly scenario: string; readonly source: TapeSource }
  | {
      readonly type: 'trial';
      readonly scenario: string;
      readonly source: TapeSource;
      readonly eventsMax: number;
    }
  | { readonly type: 'survey'; readonly scenario: string; readonly survey: Survey }
  | { readonly type: 'short-form'; readonly scenario: string }
  | {
      readonly type: 'sweep';
      readonly scenario: string;
      readonly stretch: Stretch;
      readonly limits: SweepLimits;
    };

/** A worker's answer. `broken` means that the harness itself failed, not the code under test. */
export type WorkerReply =
  | { readonly type: 'chunk'; readonly tally: Tally }
  | { readonly type: 'confirm'; readonly confirmation: Confirmation }
  | { readonly type: 'voyage'; readonly verdict: Verdict }
  | { readonly type: 'trial'; readonly trial: Trial }
  | { readonly type: 'survey'; readonly surveyed: Surveyed }
  | { readonly type: 'short-form'; readonly shortForm: ShortForm }
  | { readonly type: 'sweep'; readonly tally: SweepTally }
  | { readonly type: 'broken'; readonly message: string };

/** What a shrinker wants to know of a run: a verdict without its trace, which is long. */
export interface Trial {
  readonly end: RunEnd;
  readonly violation: Violation | undefined;
  readonly choices: readonly RecordedChoice[];
  readonly events: number;
}

/** What a worker is born with. */
export interface WorkerBirth {
  readonly beat: SharedArrayBuffer;
  readonly parameters: VoyageParameters;
}
