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
  type SweepLimits,
  type SweepPoint,
  type SweepTally,
} from './sweep-tally.js';

/** A run that was sailed on from a state that nobody had seen. */
interface JudgedState {
  readonly state: string;
  readonly choices: readonly Choice[];
  readonly verdict: Verdict;
}

/** Whether the crash fell into the life it was ordered for, and into what part of it. */
type Fall = 'recovering' | 'running' | 'never';

const sides = ['before', 'after'] as const;

/** Crashes a machine at one point, in every way, and judges what comes of each. */
export async function sweepPoint(
  scenario: Scenario,
  point: SweepPoint,
  limits: SweepLimits,
  beat: Beat,
): Promise<SweepTally> {
  const sweep = new PointSweep(scenario, point, limits, beat);
  await sweep.run();
  return sweep.tally;
}

class PointSweep {
  readonly tally = emptySweepTally();
  readonly #scenario: Scenario;
  readonly #point: SweepPoint;
  readonly #limits: SweepLimits;
  readonly #beat: Beat;

  constructor(scenario: Scenario, point: SweepPoint, limits: SweepLimits, beat: Beat) {
    this.#scenario = scenario;
    this.#point = point;
    this.#limits = limits;
    this.#beat = beat;
  }

  async run(): Promise<void> {
    const { machine } = this.#point;
    const choices = [...(this.#scenario.shortForm ?? []), orderOf(machine, 1, this.#point)];
    this.tally.points += 1;
    const { judged } = await this.#walk(choices, 1, new Set(), this.#limits.statesMax);
    if (this.#limits.depth < 2) return;
    for (const first of judged) if (first.verdict.violation === undefined) await this.#crashRecovery(first);
  }

  /**
   * Crashes the recovery from a state at all of its port calls. A machine acts on nothing but its disk until it has recovered: two of these
   * crashes that leave the same state are one, and one that leaves the state as it was is a longer restart.
   */
  async #crashRecovery({ state, choices, verdict }: JudgedState): Promise<void> {
    const seen = new Set([state]);
    for (let call = 1; !this.#beat.stopRequested; call += 1) {
      for (const when of sides) {
        const order: CrashPoint = { call, when };
        const ordered = [...choices, orderOf(this.#point.machine, 2, order)];
        const { fall } = await this.#walk(ordered, 2, seen, this.#limits.recoveryStatesMax, verdict);
        if (fall !== 'recovering') return;
        this.tally.recoveryPoints += 1;
      }
    }
  }

  /** Sails every way in which the `crash`-th crash on the tape can go. */
  async #walk(
    ordered: readonly Choice[],
    crash: number,
    seen: Set<string>,
    runsMax: number,
    before?: Verdict,
  ): Promise<{ readonly judged: readonly JudgedState[]; readonly fall: Fall }> {
    const { tally } = this;
    const walk = new ChoiceWalk();
    const judged: JudgedState[] = [];
    let fall: Fall = 'never';
    for (let runs = 0; runs < runsMax && !this.#beat.stopRequested; runs += 1) {
      const attempt = walk.next();
      if (attempt === undefined) break;
      const choices = [...ordered, ...attempt.choices];
      const tape = new CrashTape(choices, crash, (state) => !seen.has(state));
      const verdict = await this.#sail(tape);
      const { state } = tape;
      // Nothing was crashed: it is a run that was judged before.
      if (state === undefined) break;
      fall = recoveriesHit(verdict) > recoveriesHit(before) ? 'recovering' : 'running';
      walk.met(attempt, tape.draws);
      if (verdict.end === 'watch') tally.shared += 1;
      else {
        seen.add(state);
        countState(tally, this.#point, choices, verdict);
        judged.push({ state, choices, verdict });
      }
      // The recovery was over by then.
      if (crash > 1 && fall === 'running') return { judged, fall };
    }
    this.#countCut(walk);
    return { judged, fall };
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

function recoveriesHit(verdict: Verdict | undefined): number {
  return verdict?.faults.get('process.crash-in-recovery')?.fired ?? 0;
}
