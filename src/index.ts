/**
 * Seaworthy's engine: what a program imports.
 *
 * Today that is one agreement node on a durable log, and the ports that it stands on. Workflows, steps and sagas come with later rooms.
 *
 * @packageDocumentation
 */
export type { AgreementCommand, WalSyncCommand } from './agreement/command.js';
export type { AgreementRefusal } from './agreement/refusal.js';
export type { Visible } from './agreement/visibility.js';
export type { WalSyncOutcome, WalSyncRequest } from './agreement/wal-sync.js';
export { AgreementNode } from './node/agreement-node.js';
export { NodeStopped, type StopKind, UnknownRoom } from './node/errors.js';
export type { Outcome, ShellOptions } from './node/shell.js';
export type { Clock, Milliseconds } from './runtime/clock.js';
export { type Disk, DiskError, type DiskErrorCode, type DiskFile, type DiskLock } from './runtime/disk.js';
export type { Entropy } from './runtime/entropy.js';
export type { Network, NodeName } from './runtime/network.js';
export { lineProbe } from './runtime/node/line-probe.js';
export { nodePorts } from './runtime/node/ports.js';
export type { Ports } from './runtime/ports.js';
export { type Probe, silentProbe } from './runtime/probe.js';
