import { lookup } from '../evidence/lookup.js';
import type { Watchers } from '../operations/watchers.js';
import { SleepAborted } from '../runtime/clock.js';
import type { ChildCall, ChildEnd } from '../steps/journal.js';
import { openPayload, sealInput } from '../steps/payload.js';
import type { OperationRecorder } from './operation-recorder.js';
import { childEvidenceId, childIdOf, payloadIn, requestFingerprint } from './result-evidence.js';
import type { Shell } from './shell.js';
import type { ParentStep } from './submissions.js';
import type { ChildRequest, Superior } from './superior.js';
import type { WorkflowRunner } from './workflow-runner.js';
import type { WorkflowRooms } from './workflow-rooms.js';

/**
 * Operations that steps of other operations wait for. What they come to is evidence, which is held until the waiting operation ends: the
 * child itself may be evicted long before.
 */
export class ChildOperations {
  readonly #shell: Shell;
  readonly #rooms: WorkflowRooms;
  readonly #recorder: OperationRecorder;
  readonly #watchers: Watchers;
  readonly #runner: WorkflowRunner;
  readonly #superior: Superior;
  readonly #orphaned: (operationId: string) => void;
  readonly #byParent = new Map<string, Set<string>>();

  constructor(options: {
    readonly shell: Shell;
    readonly rooms: WorkflowRooms;
    readonly recorder: OperationRecorder;
    readonly watchers: Watchers;
    readonly runner: WorkflowRunner;
    readonly superior: Superior;
    /** The operation is to be cancelled: who waited for it has ended. */
    readonly orphaned: (operationId: string) => void;
  }) {
    this.#shell = options.shell;
    this.#rooms = options.rooms;
    this.#recorder = options.recorder;
    this.#watchers = options.watchers;
    this.#runner = options.runner;
    this.#superior = options.superior;
    this.#orphaned = options.orphaned;
  }

  /** Takes up what a former life has left: whoever waits for these will ask for them, or has ended. */
  start(): void {
    for (const { operationId, parent } of this.#rooms.submissions.state.values()) {
      if (parent !== null) this.#remember(parent.operationId, operationId);
    }
    for (const parent of this.#byParent.keys()) {
      if (!this.#rooms.submissions.state.has(parent)) this.parentEnded(parent);
    }
  }

  /** Nobody waits for the children of this operation any more: those that are alive are cancelled. */
  parentEnded(parent: string): void {
    const children = this.#byParent.get(parent) ?? [];
    this.#byParent.delete(parent);
    for (const child of children) {
      if (this.#rooms.submissions.state.has(child)) this.#orphaned(child);
    }
  }

  /** Runs a workflow for a step, unless that was done, and tells what came of it. Rejects when the signal aborts first. */
  async run(parent: ParentStep, { workflow, input }: ChildCall, signal: AbortSignal): Promise<ChildEnd> {
    const operationId = childIdOf(parent);
    const sealed = sealInput(input, operationId);
    const child = { operationId, parentId: parent.operationId, workflow, ...sealed };
    const kept = (): Promise<ChildEnd | undefined> => this.#shell.read(() => this.#kept(parent, child));
    const known = await this.#superior.findChild(child, kept, signal);
    if (known !== undefined) return known;
    // One that has begun is waited for: it goes on in a life that has its workflow.
    const hasBegun = this.#rooms.submissions.state.has(operationId);
    if (!hasBegun && !this.#runner.knows(workflow)) {
      return { kind: 'failed', message: `no workflow is called ${workflow}` };
    }
    const ownerSessionId = this.#superior.childSessionId(parent.operationId);
    const outcome = await this.#recorder.begin({ operationId, workflow, ...sealed, ownerSessionId, parent });
    if (outcome.kind === 'refused') return { kind: 'failed', message: outcome.refusal.message };
    this.#remember(parent.operationId, operationId);
    this.#runner.begin(operationId);
    // It may have ended while this was on its way to the disk.
    if (!this.#rooms.submissions.state.has(parent.operationId)) this.parentEnded(parent.operationId);
    await unlessAborted(this.#watchers.subscribe(operationId), signal);
    const end = await this.#superior.findChild(child, kept, signal);
    // It ended for another one that had the id of its parent before, and what it came to went with that.
    return end ?? { kind: 'failed', message: `\`${operationId}\` ended before, for another` };
  }

  /** What this node has kept of how a child ended. */
  #kept(parent: ParentStep, { operationId, workflow, inputDigest }: ChildRequest): ChildEnd | undefined {
    const fingerprint = requestFingerprint(workflow, inputDigest);
    const known = lookup(this.#rooms.evidence.state, childEvidenceId(parent), fingerprint);
    if (known.kind === 'miss') return undefined;
    if (known.kind === 'conflict') return { kind: 'failed', message: 'the step stands for another request' };
    const payload = payloadIn(known.outcome, `result of ${operationId}`);
    if (payload !== undefined) return { kind: 'value', value: openPayload(payload) };
    const message = known.outcome.status === 'failure' ? known.outcome.message : 'no result';
    return { kind: 'failed', message };
  }

  #remember(parent: string, child: string): void {
    const children = this.#byParent.get(parent);
    if (children === undefined) this.#byParent.set(parent, new Set([child]));
    else children.add(child);
  }
}

function unlessAborted(end: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new SleepAborted());
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    void end.then(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
  });
}
