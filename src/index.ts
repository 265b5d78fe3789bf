/**
 * Seaworthy's engine: what a program imports. A node that runs workflows, the nodes of a fleet, a node that keeps agreement, a node that keeps
 * the registry of operations, and the ports that all of them stand on.
 *
 * @packageDocumentation
 */
export type { CborValue } from './codec/cbor.js';
export type { AgreementCommand, WalSyncCommand } from './agreement/command.js';
export type { AgreementRefusal } from './agreement/refusal.js';
export type { Visible } from './agreement/visibility.js';
export type { WalSyncOutcome, WalSyncRequest } from './agreement/wal-sync.js';
export { AgreementNode } from './node/agreement-node.js';
export type { WaitEnd, WaitOutcome } from './node/barrier-waiters.js';
export {
  EvidenceExhausted,
  NodeStopped,
  type StopKind,
  UnknownRoom,
  UnknownWorkflow,
} from './node/errors.js';
export type { SubmitRefusal } from './node/operation-recorder.js';
export {
  OperationsNode,
  type OperationsNodeOptions,
  type OperationsRequest,
  type WaitRequest,
} from './node/operations-node.js';
export { RemoteSegmentsClient } from './remote/remote-segments-client.js';
export type { RemoteSegments } from './remote/remote-segments.js';
export { RemoteFailed } from './remote/executor-refusal.js';
export { FleetWorker, type FleetWorkerOptions } from './node/worker/fleet-worker.js';
export { type EmbeddedFleet, type EmbeddedOptions, openEmbedded } from './node/embedded.js';
export type { RemoteSteps } from './node/worker/remote-steps.js';
export type { Outcome, ShellOptions } from './node/shell.js';
export {
  type OperationEnd,
  type SubmitRequest,
  WorkflowNode,
  workflowNodeDefaults,
  type WorkflowNodeOptions,
} from './node/workflow-node.js';
export type { Answer, Authority, AuthorityRefused } from './node/authority/authority.js';
export { AuthorityNode, type AuthorityNodeOptions } from './node/authority/authority-node.js';
export { StoreNode, type StoreOptions } from './node/store/store-node.js';
export { NotAdmitted, NotOwner, SessionRefused } from './node/worker/fleet-refusal.js';
export {
  WorkerNode,
  type WorkerNodeOptions,
  type WorkerSubmitRefusal,
  type WorkerSubmitRequest,
} from './node/worker/worker-node.js';
export type { CompletionEntry, CompletionPage } from './operations/feed.js';
export type { OperationSnapshot } from './operations/view.js';
export type { WatchEnd } from './operations/watchers.js';
export type { Clock, Milliseconds } from './runtime/clock.js';
export { type Disk, DiskError, type DiskErrorCode, type DiskFile, type DiskLock } from './runtime/disk.js';
export type { Entropy } from './runtime/entropy.js';
export type { Network, NodeName } from './runtime/network.js';
export { lineProbe } from './runtime/node/line-probe.js';
export { loopbackNetwork } from './runtime/node/network.js';
export { nodePorts } from './runtime/node/ports.js';
export type { Ports } from './runtime/ports.js';
export { type Probe, silentProbe } from './runtime/probe.js';
export { type AssumedDone, assumedDone, type DurableContext } from './steps/context.js';
export { compactionInput, compactionSaga } from './sagas/compaction-saga.js';
export {
  type SagaContext,
  type SagaDefinition,
  type SagaStep,
  StepFailedForGood,
} from './sagas/definition.js';
export { evictionInput, evictionSaga } from './sagas/eviction-saga.js';
export { LocalSegments } from './sagas/local-segments.js';
export {
  atLeastOnce,
  exactlyOnceGuarded,
  idempotent,
  type StepDescriptor,
  type StepHandle,
} from './steps/descriptor.js';
export type { Workflow } from './steps/run-workflow.js';
export { AmbiguousEffect, DefiniteFailure, StepFailed, ValueUnavailable } from './steps/step-errors.js';
