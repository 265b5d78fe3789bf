import type { CrashPoint } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Tape } from '../kernel/tape.js';
import type { Span } from './span.js';

/** How a life ends: the process alone dies, or the machine loses power and with it what its disk had not written. */
export type CrashKind = 'process' | 'power';

/** What can be crashed. */
export interface Crashable {
  readonly name: string;
  /** False while it is down. */
  readonly up: boolean;
  /** How many changes a loss of power would take from its disk now. */
  readonly volatileChanges: number;
  /** And how many sectors of content these are: what takes more than one can be torn and reordered. */
  readonly volatileSectors: number;
  crash(kind: CrashKind): void;
}

/** How a machine comes back: when, and whether this life, too, is to end at a chosen port call. */
export interface NextLife {
  readonly delayMs: number;
  readonly crashPoint: CrashPoint | undefined;
  readonly crashKind: CrashKind;
  /** What goes when it stops by itself since its disk fails: the machine may go with it, and with it what no sync wrote. */
  readonly ownKind: CrashKind;
  /** Whether it comes back so late that what it held has run out. */
  readonly isLate: boolean;
}

/** For which moment a crash waits. */
interface Wait {
  readonly isReady: (patienceLeftMs: number) => boolean;
  readonly lookEveryMs: number;
}

/** `recovery`: one crash mostly leads to another one while the node recovers, and that one to another. */
export type CrashAim = 'anywhere' | 'recovery';

/** The id of the fault that some schedules have besides. Effective when something was asked of the machine while it was away. */
export const lateRestartFaultKind = 'process.late-restart';

/** Ids of the other faults of this file. */
export const crashFaultKinds = [
  'process.crash',
  'process.power-loss',
  'process.crash-at-call',
  'process.crash-in-recovery',
] as const;

const crashesMax = 5;
const restartDelayMsMax = 200;
const portCallsMax = 40;
const recoveryCallsMax = 20;
const wantedChangesMax = 3;
const patienceMs = 250;
const keenPatienceMs = 600;

/**
 * Ends lives: at moments of its own during the storm, and before or after a drawn port call of a life, be it in the middle of
 * recovery. After the storm it ends no more.
 */
export class CrashSchedule {
  readonly #simulation: Simulation;
  readonly #stormMs: number;
  readonly #isOn: boolean;
  readonly #aim: CrashAim;
  readonly #lateness: Span | undefined;

  /**
   * @param stormMs - No crash from this moment on. 0 for a day without any.
   * @param aim - Where lives mostly end that follow a crash.
   * @param lateness - How long a late restart takes. Absent where every restart comes soon.
   */
  constructor(simulation: Simulation, stormMs: number, aim: CrashAim = 'anywhere', lateness?: Span) {
    this.#simulation = simulation;
    this.#stormMs = stormMs;
    this.#aim = aim;
    this.#lateness = lateness;
    this.#isOn = stormMs > 0 && simulation.tape.draw('crash.on', 4) > 0;
  }

  /** Draws the moments at which `target` dies. */
  haunt(target: Crashable): void {
    const { tape } = this.#simulation;
    if (!this.#isOn) return;
    const crashes = tape.draw('crash.count', crashesMax + 1);
    for (let index = 0; index < crashes; index += 1) {
      const kind = drawKind(tape);
      // The longer it waits for unsynced changes, the more there is to lose.
      const wanted = tape.draw('crash.wanted-changes', wantedChangesMax + 1);
      // A keen one waits for a machine that is writing: more sectors than one, or at least anything at all.
      const isKeen = kind === 'power' && target.volatileSectors < Infinity && tape.chance('crash.keen', 2, 3);
      const isReady = (patienceLeftMs: number): boolean => {
        if (!isKeen) return !target.up || target.volatileChanges >= wanted;
        if (!target.up) return false;
        return patienceLeftMs > keenPatienceMs / 4 ? target.volatileSectors > 1 : target.volatileChanges > 0;
      };
      const lookEveryMs = isKeen ? 3 : 1;
      this.#simulation.schedule(tape.draw('crash.moment', this.#stormMs), () => {
        this.#crashWhenReady(target, kind, { isReady, lookEveryMs }, isKeen ? keenPatienceMs : patienceMs);
      });
    }
  }

  /** Crashes the target as soon as it is ready, or when patience is at its end. */
  #crashWhenReady(target: Crashable, kind: CrashKind, wait: Wait, patienceLeftMs: number): void {
    const { isReady, lookEveryMs } = wait;
    if (!isReady(patienceLeftMs) && patienceLeftMs > 0) {
      this.#simulation.schedule(lookEveryMs, () => {
        this.#crashWhenReady(target, kind, wait, patienceLeftMs - lookEveryMs);
      });
      return;
    }
    const { faults } = this.#simulation;
    const fault = kind === 'power' ? 'process.power-loss' : 'process.crash';
    faults.fired(fault);
    if (!target.up) return;
    faults.effective(fault, target.name);
    target.crash(kind);
  }

  /** Draws the next life of a machine that has just died. */
  nextLife(): NextLife {
    const { tape, nowMs } = this.#simulation;
    if (nowMs >= this.#stormMs || !this.#isOn) {
      return { delayMs: 1, crashPoint: undefined, crashKind: 'process', ownKind: 'process', isLate: false };
    }
    const isLate = this.#lateness !== undefined && tape.chance('crash.late', 1, 5);
    const delayMs =
      this.#lateness !== undefined && isLate
        ? tape.between('crash.late-ms', this.#lateness.leastMs, this.#lateness.mostMs)
        : 1 + tape.draw('crash.restart-delay', restartDelayMsMax);
    if (isLate) this.#simulation.faults.fired(lateRestartFaultKind);
    const crashPoint = this.#drawCrashPoint();
    const crashKind = crashPoint === undefined ? 'process' : drawKind(tape);
    const ownKind = tape.pick<CrashKind>('crash.own-kind', ['process', 'power']);
    return { delayMs, crashPoint, crashKind, ownKind, isLate };
  }

  /** A machine that came back late was missed meanwhile. */
  missed(node: string): void {
    this.#simulation.faults.effective(lateRestartFaultKind, node);
  }

  /** A life has ended at its crash point. */
  struck(node: string, recovering: boolean): void {
    const fault = recovering ? 'process.crash-in-recovery' : 'process.crash-at-call';
    this.#simulation.faults.fired(fault);
    this.#simulation.faults.effective(fault, node);
  }

  #drawCrashPoint(): CrashPoint | undefined {
    const { tape } = this.#simulation;
    const aim = tape.draw('crash.aim', 4);
    if (this.#aim === 'anywhere' ? aim < 2 : aim < 1) return undefined;
    const callsMax = aim === 2 && this.#aim === 'anywhere' ? portCallsMax : recoveryCallsMax;
    return {
      call: 1 + tape.draw('crash.call', callsMax),
      when: tape.pick('crash.when', ['before', 'after']),
    };
  }
}

function drawKind(tape: Tape): CrashKind {
  return tape.pick<CrashKind>('crash.kind', ['process', 'power']);
}
