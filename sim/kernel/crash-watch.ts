import type { Life } from './process.js';

/** Watches where a run could be crashed, and what its ordered crashes leave. It may end the run there. */
export interface CrashWatch {
  /** A life has begun. It counts its own port calls. */
  began(life: Life): void;
  /** An ordered crash begins. What is drawn from here until it has settled decides what it leaves. */
  strikes(): void;
  /**
   * An ordered crash is over, and has left the machine in this state: equal texts, equal states. The run ends here when the answer is
   * false.
   */
  settled(state: string): boolean;
}
