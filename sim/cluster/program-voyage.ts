import { readText } from '../../src/codec/shape.js';
import { listWorkflowRooms, makeWorkflowRooms } from '../../src/node/workflow-rooms.js';
import { retryDelaysMs } from '../../src/node/retry-delay.js';
import { patienceMs } from '../../src/steps/limits.js';
import type { Workflow } from '../../src/steps/run-workflow.js';
import type { Bench } from '../kernel/oracle.js';
import type { Life } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import { EffectCrash } from '../nemesis/effect-crash.js';
import { converges } from '../oracles/converges.js';
import { divergenceIsTold } from '../oracles/divergence-is-told.js';
import { durableBeforeVisible } from '../oracles/durable-before-visible.js';
import { exactlyOnceEffect } from '../oracles/exactly-once-effect.js';
import type { Fact } from '../oracles/facts.js';
import { inDoubtIsAudited } from '../oracles/in-doubt-is-audited.js';
import { intentBeforeEffect } from '../oracles/intent-before-effect.js';
import { noSilentCorruption } from '../oracles/no-silent-corruption.js';
import { nothingLeaks } from '../oracles/nothing-leaks.js';
import { oneKeyOneInput } from '../oracles/one-key-one-input.js';
import { oneTerminalEvent } from '../oracles/one-terminal-event.js';
import { promiseIsKept } from '../oracles/promise-is-kept.js';
import { recoveredPrefix } from '../oracles/recovered-prefix.js';
import { replayEquivalence } from '../oracles/replay-equivalence.js';
import { replayedValueStable } from '../oracles/replayed-value-stable.js';
import { timerKeepsDue } from '../oracles/timer-keeps-due.js';
import type { DiskFaultKind } from '../world/disk/disk-faults.js';
import { Approver } from './approver.js';
import { Outside } from './outside.js';
import { drawPlan, type PlanStepKind } from './plan.js';
import { PlanProgram } from './plan-program.js';
import { programName, runProgramClient } from './program-client.js';
import { ProgramService } from './program-service.js';
import { Programs } from './programs.js';
import { shadowOfRooms } from './shadow.js';
import { sailSingleNode, type SingleNode, stormMs } from './single-node.js';
import { tellWorkflow } from './tell-workflow.js';
import { limits } from './workflow-service.js';

/** The invariants that a voyage of programs judges. Promises and timers only where there are some. */
export const programInvariants = [
  'converges',
  'divergence-is-told',
  'durable-before-visible',
  'exactly-once-effect',
  'in-doubt-is-audited',
  'intent-before-effect',
  'no-silent-corruption',
  'nothing-leaks',
  'one-key-one-input',
  'one-terminal-event',
  'recovered-prefix',
  'replay-equivalence',
  'replayed-value-stable',
] as const;

/** What a voyage of programs is like. */
export interface ProgramSea {
  /** The kinds of steps; one that is there twice is twice as likely. */
  readonly kinds: readonly [PlanStepKind, ...PlanStepKind[]];
  /** Whether restarts may bring another program. */
  readonly changes: boolean;
  /** Whether the node is crashed between intents, effects and outcomes. */
  readonly crashesAtEffects: boolean;
  readonly diskFaults: readonly DiskFaultKind[];
}

/** One workflow node, programs that are drawn from the tape, an outside world that fails and hangs, an approver, and clients. */
export function sailPrograms(simulation: Simulation, options: ProgramSea): void {
  const { tape } = simulation;
  const programs = new Programs(tape, options.changes);
  const crash = options.crashesAtEffects ? new EffectCrash(simulation, stormMs) : undefined;
  const yard = new Yard(simulation, programs, crash);
  sailSingleNode<ProgramService>(simulation, {
    makeShadow: () => shadowOfRooms(listWorkflowRooms(makeWorkflowRooms(limits))),
    open: (ports, shellOptions, life, bench) => {
      return ProgramService.open(ports, shellOptions, [yard.workflow(life, bench)], life, bench);
    },
    oracles: [
      converges(),
      divergenceIsTold(),
      durableBeforeVisible(),
      exactlyOnceEffect(),
      inDoubtIsAudited(),
      intentBeforeEffect(),
      noSilentCorruption(),
      nothingLeaks(),
      oneKeyOneInput(),
      oneTerminalEvent(),
      promiseIsKept(),
      recoveredPrefix(),
      replayEquivalence(),
      replayedValueStable(),
      timerKeepsDue([patienceMs, ...retryDelaysMs]),
    ],
    tell: tellWorkflow(simulation),
    diskFaults: options.diskFaults,
    crashes: 'anywhere',
    client: (sea, name) => {
      yard.launch(sea);
      return runProgramClient(sea, name, programs, () => drawPlan(tape, options.kinds));
    },
    clientsMax: 2,
  });
}

/** Where programs are made ready for each life of the node, in a world that outlives all of them. */
class Yard {
  readonly #simulation: Simulation;
  readonly #programs: Programs;
  readonly #crash: EffectCrash | undefined;
  #outside: Outside | undefined;
  #approver: Approver | undefined;
  #runs = 0;

  constructor(simulation: Simulation, programs: Programs, crash: EffectCrash | undefined) {
    this.#simulation = simulation;
    this.#programs = programs;
    this.#crash = crash;
  }

  launch(sea: SingleNode<ProgramService>): void {
    this.#approver ??= new Approver(sea);
    this.#crash?.haunt(sea.server);
  }

  workflow(life: Life, bench: Bench<Fact>): Workflow {
    // A copy of the node is only recovered, and runs nothing.
    if (life.process.name === 'node' && life.incarnation > 1) this.#programs.deploy();
    const moods = { fails: true, hangs: true, crash: this.#crash };
    const outside = (this.#outside ??= new Outside(this.#simulation, bench, moods));
    return {
      name: programName,
      program: (context, input) => {
        const operation = readText(input, 'input');
        const { plan, text } = this.#programs.planOf(operation);
        this.#runs += 1;
        const world = {
          life,
          bench,
          outside,
          handOver: (token: Parameters<Approver['take']>[0]) => this.#approver?.take(token),
        };
        return new PlanProgram(world, { operation, run: this.#runs, text }, plan).follow(context);
      },
    };
  }
}
