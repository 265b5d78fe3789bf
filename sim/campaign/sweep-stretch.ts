import type { CrashPoint } from '../kernel/process.js';
import type { Choice } from '../kernel/tape.js';
import { sailOn, type Scenario, type Verdict } from '../kernel/voyage.js';
import { orderOf } from '../nemesis/crash-order.js';
import type { Beat } from './beat.js';
import { ChoiceWalk } from './choice-walk.js';
import { CrashTape } from './crash-tape.js';
import {
  countState,
  emptySweepTally,
  type Stretch,
  type SweepLimits,
  type SweepTally,
} from './sweep-tally.js';

/** A run that was sailed on from a state that nobody had seen. */
interface JudgedState {
  readonly state: string;
  readonly choices: readonly Choice[];
  readonly verdict: Verdict;
}

const sides = ['before', 'after'] as const;

/** Crashes a machine before and after each call of a stretch, in every way, and judges what comes of each. */
export async function sweepStretch(
  scenario: Scenario,
  stretch: Stretch,
  limits: SweepLimits,
  beat: Beat,
): Promise<SweepTally> {
  const sweep = new StretchSweep(scenario, stretch, limits, beat);
  await sweep.run();
  return sweep.tally;
}

class StretchSweep {
  readonly tally = emptySweepTally();
  readonly #scenario: Scenario;
  readonly #stretch: Stretch;
  readonly #limits: SweepLimits;
  readonly #beat: Beat;

  constructor(scenario: Scenario, stretch: Stretch, limits: SweepLimits, beat: Beat) {
    this.#scenario = scenario;
    this.#stretch = stretch;
    this.#limits = limits;
    this.#beat = beat;
  }

  async run(): Promise<void> {
    const { firstCall, calls } = this.#stretch;
    for (let call = firstCall; call < firstCall + calls; call += 1) {
      for (const when of sides) {
        if (this.#beat.stopRequested) return;
        await this.#crash({ call, when });
      }
    }
  }

  async #crash(point: CrashPoint): Promise<void> {
    const { shortForm = [] } = this.#scenario;
    const ordered = [...shortForm, orderOf(this.#stretch.machine, 1, point)];
    this.tally.points += 1;
    const { judged } = await this.#walk(point, ordered, new Set());
    if (this.#limits.depth < 2) return;
    for (const first of judged) await this.#crashRecovery(point, first);
  }

  /**
   * Crashes the recovery from a state before each of its port calls. A machine acts on nothing but its disk until it has recovered: so a
   * crash after a call leaves what one before the next call may leave, one that leaves the state as it was is a longer restart, and two
   * that leave the same are one. Recoveries from equal states after crashes at two points are not: others may have been told more by then.
   */
  async #crashRecovery(point: CrashPoint, { state, choices, verdict }: JudgedState): Promise<void> {
    if (verdict.violation !== undefined) return;
    const seen = new Set([state]);
    for (let call = 1; !this.#beat.stopRequested; call += 1) {
      const ordered = [...choices, orderOf(this.#stretch.machine, 2, { call, when: 'before' })];
      const { isOver } = await this.#walk(point, ordered, seen, verdict);
      if (isOver) return;
      this.tally.recoveryPoints += 1;
    }
  }

  /**
   * Sails every way in which the last crash on the tape can go, and gives back those that led to new states.
   *
   * @param first - The run to whose recovery that crash is added.
   */
  async #walk(
    point: CrashPoint,
    ordered: readonly Choice[],
    seen: Set<string>,
    first?: Verdict,
  ): Promise<{ readonly judged: readonly JudgedState[]; readonly isOver: boolean }> {
    const { statesMax, recoveryStatesMax } = this.#limits;
    const runsMax = first === undefined ? statesMax : recoveryStatesMax;
    const judged: JudgedState[] = [];
    const walk = new ChoiceWalk();
    for (let runs = 0; runs < runsMax && !this.#beat.stopRequested; runs += 1) {
      const attempt = walk.next();
      if (attempt === undefined) break;
      const choices = [...ordered, ...attempt.choices];
      const tape = new CrashTape(choices, first === undefined ? 1 : 2, (state) => !seen.has(state));
      const verdict = await this.#sail(tape);
      walk.met(attempt, tape.draws);
      if (verdict.end === 'watch') this.tally.shared += 1;
      else countState(this.tally, { machine: this.#stretch.machine, ...point }, choices, verdict);
      // Where it was not crashed, or not any more while it recovered, there is nothing to vary.
      const isOver = first !== undefined && recoveriesHit(verdict) === recoveriesHit(first);
      if (tape.state === undefined || isOver) return { judged, isOver: true };
      if (verdict.end === 'watch') continue;
      seen.add(tape.state);
      judged.push({ state: tape.state, choices, verdict });
    }
    this.#countCut(walk);
    return { judged, isOver: false };
  }

  async #sail(tape: CrashTape): Promise<Verdict> {
    this.#beat.started += 1;
    const verdict = await sailOn(this.#scenario, tape, { record: false, crashWatch: tape });
    this.tally.runs += 1;
    this.tally.events += verdict.events;
    return verdict;
  }

  #countCut(walk: ChoiceWalk): void {
    if (walk.waitingCount === 0) return;
    this.tally.cutPoints += 1;
    this.tally.leftOut += walk.waitingCount;
  }
}

/** How many crashes have fallen into a recovery. */
function recoveriesHit({ faults }: Verdict): number {
  return faults.get('process.crash-in-recovery')?.fired ?? 0;
}
