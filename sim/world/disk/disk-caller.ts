import { DiskError, type DiskErrorCode, type DiskOperation } from '../../../src/runtime/disk.js';
import type { Life } from '../../kernel/process.js';
import type { CallInFlight, DiskState, Lane } from './disk-state.js';
import type { DiskFaultKind } from './disk-faults.js';

const latencyMsBound = 4;
const syncLatencyMsLeast = 1;
const syncLatencyMsBound = 20;
const stallMsLeast = 10;
const stallMsMost = 2000;

/** One port call, as the trace tells it. `offset` is -1, and `length` 0, where there is none. */
export interface DiskCall {
  readonly operation: DiskOperation;
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  /** The fault that lets the device fail this call before anything was done. */
  readonly failsBy?: DiskFaultKind;
}

/**
 * Carries the port calls of one life: latency, order, stalls, refusals, the trace, and what happens to calls
 * in flight when the life ends.
 *
 * Models: a call takes effect in one moment, after a drawn latency; calls on one handle in order, all others
 * in any order.
 * Does not model: latency that depends on size or load, or a call that is seen half done by another. That is
 * safe because no promise of the port is about either.
 */
export class DiskCaller {
  readonly state: DiskState;
  readonly life: Life;

  constructor(state: DiskState, life: Life) {
    this.state = state;
    this.life = life;
  }

  /**
   * @param effect - What the call does, after faults had their say. Its {@link DiskError} is the caller's.
   * @param happen - What the call may still do when the process dies before it was answered. Absent for calls
   *   that change nothing.
   */
  call<T>(call: DiskCall, lane: Lane, effect: () => T, happen?: (cutBytes: number) => void): Promise<T> {
    const { state, life } = this;
    if (!life.alive) return life.call(0, effect);
    const stallMs = this.#stallMs(call);
    const latencyMs = this.#latencyMs(call) + stallMs;
    const { nowMs } = state.simulation;
    lane.busyUntilMs = Math.max(nowMs + latencyMs, lane.busyUntilMs);
    const flight: CallInFlight = {
      lane,
      happen: (cutBytes) => this.#happenUnheard(() => happen?.(cutBytes)),
      writeBytes: call.operation === 'append' || call.operation === 'writeAt' ? call.length : 0,
    };
    const answer = life.call(lane.busyUntilMs - nowMs, () => {
      state.inFlight.delete(flight);
      if (stallMs > 0) state.simulation.faults.effective('disk.stall');
      return this.#answer(call, effect);
    });
    // The life may have ended inside of the call, at a crash point: then this call never began.
    if (happen !== undefined && life.alive) state.inFlight.add(flight);
    return answer;
  }

  #stallMs({ path }: DiskCall): number {
    const { faults, simulation } = this.state;
    if (!faults.strikes('disk.stall')) return 0;
    faults.fired('disk.stall', path);
    return simulation.tape.between('disk.stall.ms', stallMsLeast, stallMsMost);
  }

  #latencyMs({ operation }: DiskCall): number {
    const { tape } = this.state.simulation;
    if (operation === 'sync' || operation === 'syncDirectory') {
      return syncLatencyMsLeast + tape.draw('disk.latency.sync', syncLatencyMsBound);
    }
    return tape.draw('disk.latency', latencyMsBound);
  }

  #answer<T>(call: DiskCall, effect: () => T): T {
    try {
      this.#refuse(call);
      const result = effect();
      this.#emit(call, 'ok');
      return result;
    } catch (error) {
      this.#emit(call, error instanceof DiskError ? error.code : 'thrown');
      throw error;
    }
  }

  #refuse({ operation, path, offset, failsBy }: DiskCall): void {
    const { faults } = this.state;
    if (operation !== 'close' && faults.strikes('disk.blocked')) {
      faults.bit('disk.blocked', path, offset);
      throw new DiskError('EAGAIN', operation, path);
    }
    if (failsBy !== undefined && faults.strikes(failsBy)) {
      faults.bit(failsBy, path, offset);
      throw new DiskError('EIO', operation, path);
    }
  }

  #emit({ operation, path, offset, length }: DiskCall, result: DiskErrorCode | 'ok' | 'thrown'): void {
    const { simulation, node } = this.state;
    simulation.trace.emit({ kind: `disk.${operation}`, node, path, offset, length, result });
  }

  /** A call in flight that would have failed has changed nothing, and there is nobody left to tell. */
  #happenUnheard(happen: () => void): void {
    try {
      happen();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
    }
  }
}
