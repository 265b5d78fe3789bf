import type { CborValue } from '../../codec/cbor.js';
import { ShapeError } from '../../codec/codec-error.js';
import { InvalidLocalType } from '../../sessions/endpoint-type.js';
import { InvalidPlan } from '../../sessions/open-plan.js';
import { encodeMessage, encodeStatus } from '../../sessions/session-codec.js';
import type { Serve } from '../../requests/ask.js';
import { encodeAnswer, encodeNothing } from './authority-answer.js';
import { encodeMemoryUsage, encodeSid, encodeView } from './session-answer.js';
import { decodeSessionRequest, isSessionRequest, type SessionRequest } from './session-request.js';
import type { Sessions } from './sessions.js';

/**
 * Lets others ask for protocol sessions over the network. What is no request is refused, since asking again would not make it one.
 *
 * @param others - Answers what is not about protocol sessions.
 */
export function serveSessions(sessions: Sessions, others: Serve): Serve {
  return async (from, body) => {
    if (!isSessionRequest(body)) return others(from, body);
    let request: SessionRequest;
    try {
      request = decodeSessionRequest(body);
    } catch (error) {
      if (error instanceof InvalidPlan || error instanceof InvalidLocalType) return refused(error);
      if (error instanceof ShapeError) {
        return refused({ code: 'AUTHORITY_MALFORMED_REQUEST', message: error.message });
      }
      throw error;
    }
    return answer(sessions, request);
  };
}

function refused({ code, message }: { readonly code: string; readonly message: string }): CborValue {
  const refusal = { code, message, currentOwnerId: null, liveGeneration: null };
  return encodeAnswer({ kind: 'refused', refusal }, encodeNothing);
}

async function answer(sessions: Sessions, request: SessionRequest): Promise<CborValue> {
  switch (request.call) {
    case 'session_open': {
      const { capability, requestId, plan } = request;
      return encodeAnswer(await sessions.open(capability, requestId, plan), encodeSid);
    }
    case 'session_send':
      return encodeAnswer(await sessions.send(request.step, request.message), encodeNothing);
    case 'session_receive':
      return encodeAnswer(await sessions.receive(request.step), encodeMessage);
    case 'session_change': {
      const { capability, sid, change } = request;
      return encodeAnswer(await sessions.change(capability, sid, change), encodeStatus);
    }
    case 'session_reap':
      return encodeAnswer(await sessions.reap(request.capability), encodeNothing);
    case 'session_view': {
      const granted = await sessions.view(request.sid);
      return encodeAnswer({ kind: 'granted', granted }, encodeView);
    }
    case 'session_memory': {
      const granted = await sessions.memoryUsage();
      return encodeAnswer({ kind: 'granted', granted }, encodeMemoryUsage);
    }
  }
}
