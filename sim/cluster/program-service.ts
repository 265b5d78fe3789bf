import type { ShellOptions } from '../../src/node/shell.js';
import type { WorkflowNode } from '../../src/node/workflow-node.js';
import type { Ports } from '../../src/runtime/ports.js';
import type { Workflow } from '../../src/steps/run-workflow.js';
import type { Bench } from '../kernel/oracle.js';
import type { Life } from '../kernel/process.js';
import type { Fact } from '../oracles/facts.js';
import type { Audit, Service } from './service.js';
import { WatchedPorts } from './watched-ports.js';
import { WorkflowService } from './workflow-service.js';

/** A workflow node whose ports are watched, and that can be closed by itself: a restart in good order. */
export class ProgramService implements Service {
  readonly #inner: WorkflowService;
  readonly stopped: Promise<unknown>;
  readonly #watched: WatchedPorts;
  readonly #life: Life;
  readonly #bench: Bench<Fact>;
  #leave: () => void = () => {};

  private constructor(inner: WorkflowService, watched: WatchedPorts, life: Life, bench: Bench<Fact>) {
    this.#inner = inner;
    this.#watched = watched;
    this.#life = life;
    this.#bench = bench;
    const left = new Promise<void>((resolve) => {
      this.#leave = resolve;
    });
    this.stopped = Promise.race([inner.stopped, left]);
  }

  static async open(
    ports: Ports,
    options: ShellOptions,
    workflows: readonly Workflow[],
    life: Life,
    bench: Bench<Fact>,
  ): Promise<ProgramService> {
    const { incarnation, process } = life;
    // A copy of the node is only recovered, and is nobody's business.
    if (process.name === 'node') bench.observe({ kind: 'node.opened', node: 'node', incarnation });
    const watched = new WatchedPorts(ports, life, bench);
    const inner = await WorkflowService.open(watched.ports, options, workflows);
    return new ProgramService(inner, watched, life, bench);
  }

  get lastLsn(): number {
    return this.#inner.lastLsn;
  }

  get node(): WorkflowNode {
    return this.#inner.node;
  }

  start(): void {
    this.#inner.start();
  }

  audit(): Promise<Audit> {
    return this.#inner.audit();
  }

  /** Closes the node, as whoever deploys another build does. Its process ends with it. */
  async close(): Promise<void> {
    await this.#inner.node.close();
    if (!this.#life.alive) return;
    this.#bench.observe({ kind: 'node.closed', node: 'node', handles: this.#watched.handles });
    this.#leave();
  }
}
