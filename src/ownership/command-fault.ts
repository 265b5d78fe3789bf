import { firstFault, identifierFault, textFault } from '../codec/text-fault.js';
import type { OwnershipCapability, OwnershipReceipt } from './capability.js';
import type { AuthorityCommand, CapabilityCommand, OwnershipCommand } from './command.js';
import { reasonLengthMax, timeMaxMs } from './limits.js';
import { scopeFault } from './scope.js';

type Fault = string | undefined;

/** Why a command cannot be meant, whatever the state is; undefined when it can. */
export function commandFault(command: OwnershipCommand): Fault {
  if (command.kind === 'expire_due' || command.kind === 'reap') return timeFault(command.atMs);
  return actFault(command.kind === 'deny' ? command.act : command);
}

function actFault(command: AuthorityCommand): Fault {
  const fault = timeFault(command.atMs);
  if (fault !== undefined) return fault;
  if (command.kind === 'claim') {
    return firstFault(
      identifierFault('session id', command.sessionId),
      identifierFault('owner id', command.ownerId),
      numberFault('generation', command.generation),
      identifierFault('request id', command.requestId),
      scopeFault(command.scope),
    );
  }
  if (command.kind === 'commit_transfer') {
    return firstFault(receiptFault(command.receipt), identifierFault('owner id', command.byOwnerId));
  }
  return capabilityFault(command.capability) ?? factsFault(command);
}

function factsFault(command: CapabilityCommand): Fault {
  switch (command.kind) {
    case 'release':
    case 'close':
      return undefined;
    case 'renew': {
      const isLater = command.requestedAtMs > command.atMs;
      return isLater ? 'requested after now' : numberFault('start of the request', command.requestedAtMs);
    }
    case 'use':
      return firstFault(textFault('act', command.act, 1, reasonLengthMax), scopeFault(command.scope));
    case 'attenuate':
      return scopeFault(command.scope);
    case 'begin_transfer':
      return firstFault(identifierFault('target', command.toOwnerId), scopeFault(command.scope));
    case 'rollback_transfer':
    case 'abandon_transfer':
      return foreignFault(command.capability, command.receipt) ?? receiptFault(command.receipt);
    case 'fail_transfer':
      return firstFault(
        foreignFault(command.capability, command.receipt),
        receiptFault(command.receipt),
        textFault('reason', command.reason, 0, reasonLengthMax),
      );
    case 'issue_readiness':
      return identifierFault('predicate', command.predicateRef);
    case 'consume_readiness': {
      const { witness } = command;
      return firstFault(
        numberFault('witness id', witness.witnessId),
        capabilityFault(witness),
        identifierFault('predicate', witness.predicateRef),
      );
    }
  }
}

function capabilityFault({ sessionId, ownerId, generation, scope }: OwnershipCapability): Fault {
  return firstFault(
    identifierFault('session id', sessionId),
    identifierFault('owner id', ownerId),
    numberFault('generation', generation),
    scopeFault(scope),
  );
}

/** A capability says nothing about the transfers of another session. */
function foreignFault(capability: OwnershipCapability, receipt: OwnershipReceipt): Fault {
  return capability.sessionId === receipt.sessionId ? undefined : 'capability and receipt of two sessions';
}

function receiptFault(receipt: OwnershipReceipt): Fault {
  return firstFault(
    identifierFault('session id', receipt.sessionId),
    identifierFault('owner id', receipt.fromOwnerId),
    identifierFault('target', receipt.toOwnerId),
    numberFault('claim id', receipt.claimId),
    numberFault('generation', receipt.fromGeneration),
    numberFault('generation', receipt.toGeneration),
    scopeFault(receipt.scope),
  );
}

function timeFault(atMs: number): Fault {
  return atMs > timeMaxMs ? `time ${atMs} is after ${timeMaxMs}` : numberFault('time', atMs);
}

function numberFault(what: string, value: number): Fault {
  const isUnsigned = Number.isSafeInteger(value) && value >= 0;
  return isUnsigned ? undefined : `${what} ${value} is no unsigned whole number`;
}
