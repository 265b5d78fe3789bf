import { firstFault, identifierFault, textFault } from '../codec/text-fault.js';
import type { OwnerCommand, SessionsCommand } from './command.js';
import { payloadBytesMax, reasonLengthMax, timeMaxMs, traceMax } from './limits.js';

type Fault = string | undefined;

/** Why a command cannot be meant, whatever the state is; undefined when it can. */
export function commandFault(command: SessionsCommand): Fault {
  const { atMs } = command;
  if (atMs > timeMaxMs) return `time ${atMs} is after ${timeMaxMs}`;
  const fault = numberFault('time', atMs);
  if (fault !== undefined) return fault;
  if (command.kind === 'reap') {
    return command.sessionId === null ? undefined : identifierFault('session id', command.sessionId);
  }
  if (command.kind === 'open') {
    return firstFault(
      identifierFault('request id', command.requestId),
      identifierFault('session id', command.sessionId),
    );
  }
  const sidFault = numberFault('sid', command.sid);
  if (sidFault !== undefined) return sidFault;
  if (command.kind === 'receive') return edgeFault(command);
  if (command.kind !== 'send') {
    return identifierFault('session id', command.sessionId) ?? ownerFault(command);
  }
  if (command.payload.length > payloadBytesMax) {
    return `payload of ${command.payload.length} bytes, not at most ${payloadBytesMax}`;
  }
  return firstFault(edgeFault(command), identifierFault('label', command.label));
}

function ownerFault(command: OwnerCommand): Fault {
  switch (command.kind) {
    case 'bind_default_handler':
      return identifierFault('handler', command.handler);
    case 'bind_edge_handler':
      return firstFault(edgeFault(command.edge), identifierFault('handler', command.handler));
    case 'record_trace': {
      const { trace } = command;
      if (trace.length > traceMax) return `a trace of ${trace.length} texts, not at most ${traceMax}`;
      return firstFault(
        edgeFault(command.edge),
        ...trace.map((text) => identifierFault('text of a trace', text)),
      );
    }
    case 'fault':
      return textFault('reason', command.reason, 0, reasonLengthMax);
    case 'drain':
    case 'close':
    case 'cancel':
      return undefined;
  }
}

function edgeFault({ from, to }: { readonly from: string; readonly to: string }): Fault {
  return firstFault(identifierFault('role', from), identifierFault('role', to));
}

function numberFault(what: string, value: number): Fault {
  const isUnsigned = Number.isSafeInteger(value) && value >= 0;
  return isUnsigned ? undefined : `${what} ${value} is no unsigned whole number`;
}
