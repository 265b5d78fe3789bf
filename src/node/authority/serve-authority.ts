import type { CborValue } from '../../codec/cbor.js';
import { ShapeError } from '../../codec/codec-error.js';
import { encodeReadiness, encodeReceipt } from '../../ownership/artifact-codec.js';
import type { Serve } from '../../requests/ask.js';
import type { Authority } from './authority.js';
import {
  encodeAnswer,
  encodeGrant,
  encodeNothing,
  encodeOperations,
  encodeRenewal,
  encodeStanding,
} from './authority-answer.js';
import { type AuthorityRequest, decodeRequest } from './authority-request.js';
import { encodeFact } from './ledger-codec.js';

/** Lets others ask an authority over the network. What is no request is refused, since asking again would not make it one. */
export function serveAuthority(authority: Authority): Serve {
  return async (_from, body) => {
    let request: AuthorityRequest;
    try {
      request = decodeRequest(body);
    } catch (error) {
      if (error instanceof ShapeError) return malformed(error);
      throw error;
    }
    return answer(authority, request);
  };
}

function malformed({ message }: ShapeError): CborValue {
  const code = 'AUTHORITY_MALFORMED_REQUEST';
  const refusal = { code, message, currentOwnerId: null, liveGeneration: null };
  return encodeAnswer({ kind: 'refused', refusal }, encodeNothing);
}

async function answer(authority: Authority, request: AuthorityRequest): Promise<CborValue> {
  switch (request.call) {
    case 'claim': {
      const { sessionId, ownerId, generation, policy, requestId } = request;
      const claim = { sessionId, ownerId, generation, policy, requestId };
      return encodeAnswer(await authority.claim(claim), encodeGrant);
    }
    case 'renew':
      return encodeAnswer(await authority.renew(request.capability), encodeRenewal);
    case 'release':
      return encodeAnswer(await authority.release(request.capability), encodeNothing);
    case 'close':
      return encodeAnswer(await authority.close(request.capability), encodeNothing);
    case 'begin_transfer': {
      const { capability, toOwnerId, scope } = request;
      return encodeAnswer(await authority.beginTransfer(capability, toOwnerId, scope), encodeReceipt);
    }
    case 'commit_transfer':
      return encodeAnswer(await authority.commitTransfer(request.receipt, request.byOwnerId), encodeGrant);
    case 'rollback_transfer':
      return encodeAnswer(
        await authority.rollbackTransfer(request.capability, request.receipt),
        encodeNothing,
      );
    case 'issue_readiness':
      return encodeAnswer(
        await authority.issueReadiness(request.capability, request.predicateRef),
        encodeReadiness,
      );
    case 'consume_readiness':
      return encodeAnswer(
        await authority.consumeReadiness(request.capability, request.witness),
        encodeNothing,
      );
    case 'admit':
      return encodeAnswer(await authority.admit(request.capability, request.operation), encodeStanding);
    case 'open_operations': {
      const { capability, afterOperationId, limit } = request;
      return encodeAnswer(
        await authority.openOperations(capability, afterOperationId, limit),
        encodeOperations,
      );
    }
    case 'settle': {
      const { capability, operationId, settlement } = request;
      return encodeAnswer(await authority.settle(capability, operationId, settlement), encodeFact);
    }
    case 'standing': {
      const granted = await authority.standing(request.operationId);
      return encodeAnswer({ kind: 'granted', granted }, encodeStanding);
    }
  }
}
