import { decode, encodeCanonical } from '../../codec/cbor.js';
import { CodecError } from '../../codec/codec-error.js';
import { digestHex } from '../../codec/digest.js';
import { identifierFault } from '../../codec/text-fault.js';
import { utf8Length } from '../../codec/utf8.js';
import { payloadBytesMax } from '../../steps/limits.js';
import type { AdmittedOperation, Settlement } from './authority.js';
import type { LedgerCommand } from './ledger-command.js';
import { reasonBytesMax } from './ledger-limits.js';

type Fault = string | undefined;

/** Why a command cannot be meant, whatever the state is; undefined when it can. */
export function ledgerFault(command: LedgerCommand): Fault {
  switch (command.kind) {
    case 'admit':
      return identifierFault('session id', command.sessionId) ?? operationFault(command.operation);
    case 'settle':
      return (
        identifierFault('operation id', command.operationId) ??
        identifierFault('session id', command.sessionId) ??
        generationFault(command.generation) ??
        settlementFault(command.settlement)
      );
    case 'abort_open':
      return (
        identifierFault('session id', command.sessionId) ??
        generationFault(command.generation) ??
        reasonFault(command.reason)
      );
  }
}

function operationFault({ operationId, sessionId, workflow, input, inputDigest }: AdmittedOperation): Fault {
  const fault =
    identifierFault('operation id', operationId) ??
    identifierFault('session id', sessionId) ??
    identifierFault('workflow', workflow) ??
    payloadFault('input', input);
  if (fault !== undefined) return fault;
  return digestOfInput(input) === inputDigest ? undefined : 'a digest that is not that of the input';
}

/** As `steps/payload.ts` makes it: equal data has equal digests. */
function digestOfInput(input: Uint8Array): string | undefined {
  try {
    return digestHex(encodeCanonical(decode(input)));
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

function settlementFault(settlement: Settlement): Fault {
  return settlement.outcome === 'finalized'
    ? payloadFault('payload', settlement.payload)
    : reasonFault(settlement.reason);
}

function payloadFault(what: string, { length }: Uint8Array): Fault {
  return length <= payloadBytesMax ? undefined : `${what} of ${length} bytes, not up to ${payloadBytesMax}`;
}

function reasonFault(reason: string): Fault {
  const length = utf8Length(reason);
  if (length === undefined) return 'reason with half a character';
  return length <= reasonBytesMax ? undefined : `reason of ${length} bytes, not up to ${reasonBytesMax}`;
}

function generationFault(generation: number): Fault {
  const isUnsigned = Number.isSafeInteger(generation) && generation >= 0;
  return isUnsigned ? undefined : `generation ${generation} is no unsigned whole number`;
}
