import type { Ports } from '../../src/runtime/ports.js';
import type { Bench } from '../kernel/oracle.js';
import { type CrashPoint, type Life, never, type Process } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import { type Budget, isLost } from '../nemesis/budget.js';
import { crashByOrder, orderedPoint } from '../nemesis/crash-order.js';
import type { Crashable, CrashKind, CrashSchedule } from '../nemesis/crash-schedule.js';
import type { Pausable } from '../nemesis/pause-schedule.js';
import type { Fact } from '../oracles/facts.js';
import type { SimulatedDisk } from '../world/disk/simulated-disk.js';
import type { FaultyClock } from '../world/faulty-clock.js';
import { simulatedPorts } from '../world/ports.js';
import { Calls, type Reply } from './calls.js';
import { contentOf, type DiskContent, isSameContent } from './disk-content.js';
import { errorCode } from './error-code.js';
import type { Audit, Service } from './service.js';
import type { Witness } from './witness.js';

/** Refusals that are about what some file holds. */
const mustLocate: ReadonlySet<string> = new Set(['LOG_DAMAGED', 'LOG_UNREADABLE']);

/**
 * A simulated machine with one disk and one program: starts it, crashes it, starts it again, and carries calls to it.
 *
 * Models: connections that break when the process dies; pauses, in which calls wait; restarts after a while; a supervisor that tries again
 * when recovery could not read the disk, and stops trying when the program says that the disk is damaged.
 * Does not model: a network between caller and server beyond a delay. What machines of a fleet say to each other goes over
 * `world/network`.
 */
export class Server<Running extends Service> implements Crashable, Pausable {
  readonly name: string;
  readonly disk: SimulatedDisk;
  readonly #simulation: Simulation;
  readonly #bench: Bench<Fact>;
  readonly #witness: Witness;
  readonly #crashes: CrashSchedule;
  readonly #open: (ports: Ports, life: Life) => Promise<Running>;
  readonly #clock: FaultyClock | undefined;
  readonly #missedMessages: () => number;
  readonly #budget: Budget;
  readonly #process: Process;
  readonly #calls: Calls<Running>;
  #running: Running | undefined;
  #crashKind: CrashKind = 'process';
  #ownKind: CrashKind = 'process';
  #order: CrashPoint | undefined;
  #failedStarts = 0;
  #givenUp = false;
  #isStopped = false;

  constructor(options: {
    readonly name: string;
    readonly simulation: Simulation;
    readonly disk: SimulatedDisk;
    readonly bench: Bench<Fact>;
    readonly witness: Witness;
    readonly crashes: CrashSchedule;
    readonly open: (ports: Ports, life: Life) => Promise<Running>;
    /** The machine's clock, where it is a faulty one. */
    readonly clock: FaultyClock | undefined;
    /** How many messages have found nobody here. Absent where there is no network. */
    readonly missedMessages: (() => number) | undefined;
    /** When it is given up. */
    readonly budget: Budget;
  }) {
    this.name = options.name;
    this.disk = options.disk;
    this.#simulation = options.simulation;
    this.#bench = options.bench;
    this.#witness = options.witness;
    this.#crashes = options.crashes;
    this.#open = options.open;
    this.#clock = options.clock;
    this.#budget = options.budget;
    this.#missedMessages = options.missedMessages ?? (() => 0);
    this.#process = options.simulation.process(
      options.name,
      (life) => this.#live(life),
      (life) => this.#died(life),
    );
    this.#calls = new Calls(options.simulation, this.#process, () => this.#running);
    this.#start(undefined);
    options.crashes.haunt(this);
  }

  get up(): boolean {
    return this.#process.life !== undefined;
  }

  get volatileChanges(): number {
    return this.disk.volatileChanges;
  }

  get volatileSectors(): number {
    return this.disk.volatileSectors;
  }

  /** Whether it has refused its disk for good. */
  get givenUp(): boolean {
    return this.#givenUp;
  }

  /** The service of this life; undefined while the machine is down or recovering. */
  get running(): Running | undefined {
    return this.#running;
  }

  crash(kind: CrashKind): void {
    this.#crashKind = kind;
    this.#process.crash(kind);
  }

  pause(durationMs: number, over: (held: number) => void): void {
    this.#process.pause(durationMs, over);
  }

  /** Ends this life, and there is no other: the voyage is over. Whoever waits for an answer waits for ever. */
  stop(): void {
    this.#isStopped = true;
    this.#calls.stop();
    this.crash('process');
  }

  /** See {@link Calls.carry}. */
  call<Answer>(
    delayMs: number,
    request: (service: Running) => Promise<Answer>,
    shown: (answer: Answer) => void,
  ): Promise<Reply<Answer>> {
    return this.#calls.carry(delayMs, request, shown);
  }

  /** What was ordered goes before what was drawn. */
  #start(drawn: CrashPoint | undefined): void {
    this.#order = orderedPoint(this.#simulation.tape, this.name);
    this.#process.start(this.#order ?? drawn);
  }

  async #live(life: Life): Promise<void> {
    const before = { disk: contentOf(this.disk), damages: this.disk.damages().length };
    const failuresBefore = this.#injectedFailures();
    let running: Running;
    try {
      running = await this.#open(simulatedPorts(life, this.disk, this.#clock), life);
    } catch (error) {
      if (!life.alive) return never();
      this.#refused(error, before, this.#injectedFailures() > failuresBefore);
      return undefined;
    }
    const audit = await this.#firstAudit(running);
    // What the event that killed it had already resumed: a dead service is asked nothing any more.
    if (!life.alive) return never();
    if (audit === undefined) return;
    this.#running = running;
    this.#failedStarts = 0;
    this.#simulation.coverage.ready(this.name);
    this.#ready(audit);
    for (const fact of [...(audit.shows ?? []), ...(running.decided ?? [])]) this.#bench.observe(fact);
    running.start?.();
    await running.stopped;
    this.#simulation.coverage.failed(this.name);
    this.crash(this.#ownKind);
  }

  /** Undefined when the service stopped before: others may have asked it something by now, and its disk failed. */
  async #firstAudit(running: Running): Promise<Audit | undefined> {
    try {
      return await running.audit();
    } catch (error) {
      if (errorCode(error) !== 'NODE_STOPPED') throw error;
      this.crash('process');
      return undefined;
    }
  }

  #ready({ lsn: lastLsn, digest: found }: Audit): void {
    const damages = this.disk.damages();
    const lied = damages.some((damage) => damage.kind === 'lost-lied');
    if (lied && lastLsn < this.#witness.promisedLsn) this.#witness.forgetAfter(lastLsn);
    this.#bench.observe({
      kind: 'node.ready',
      node: this.name,
      lastLsn,
      found,
      expected: this.#witness.digestAt(lastLsn),
      promisedLsn: this.#witness.promisedLsn,
      damages: damages.length,
    });
  }

  #refused(
    error: unknown,
    before: { readonly disk: DiskContent; readonly damages: number },
    failureInjected: boolean,
  ): void {
    const code = errorCode(error);
    if (code === undefined) throw error;
    const damaged = code === 'LOG_DAMAGED';
    const damages = this.disk.damages().length;
    // What the disk did to itself during the attempt is not the node's doing.
    const comparable = damaged && damages === before.damages;
    this.#failedStarts += 1;
    this.#givenUp = isLost(this.#budget, { damaged, failed: this.#failedStarts });
    this.#bench.observe({
      kind: 'node.refused',
      node: this.name,
      code,
      located: !mustLocate.has(code) || (error instanceof Error && 'path' in error && error.path !== ''),
      excused: damages > 0 || (!damaged && failureInjected),
      untouched: !comparable || isSameContent(contentOf(this.disk), before.disk),
    });
    this.crash('process');
  }

  #died(life: Life): void {
    if (!this.#isStopped) this.#simulation.coverage.died(this.name);
    const struck = life.crashPoint?.call === life.portCalls;
    if (struck) this.#crashes.struck(this.name, this.#running === undefined);
    this.#running = undefined;
    if (struck && this.#order !== undefined) crashByOrder(this.#simulation, this.disk);
    else this.disk.crash(this.#crashKind);
    this.#calls.loseAll();
    if (this.#givenUp || this.#isStopped) return;
    const next = this.#crashes.nextLife();
    const missedBefore = this.#missed();
    this.#crashKind = next.crashKind;
    this.#ownKind = next.ownKind;
    this.#simulation.schedule(next.delayMs, () => {
      if (this.#isStopped) return;
      if (next.isLate && this.#missed() > missedBefore) this.#crashes.missed(this.name);
      this.#start(next.crashPoint);
    });
  }

  /** How many calls and messages have found nobody here so far. */
  #missed(): number {
    return this.#calls.missed + this.#missedMessages();
  }

  /** How many calls the disk has failed on purpose so far. */
  #injectedFailures(): number {
    let failures = 0;
    for (const [kind, { fired }] of this.#simulation.faults.counts()) {
      if (kind.startsWith('disk.eio-') || kind === 'disk.no-space') failures += fired;
    }
    return failures;
  }
}
