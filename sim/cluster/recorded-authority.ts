import { encodeCanonical } from '../../src/codec/cbor.js';
import type { Answer, Authority, Grant, Settlement } from '../../src/node/authority/authority.js';
import type { OwnershipCapability } from '../../src/ownership/capability.js';
import type { Bench } from '../kernel/oracle.js';
import type { AuthorityAct } from '../oracles/fleet-facts.js';
import type { Fact } from '../oracles/facts.js';
import { bytesDigest } from './bytes-digest.js';

/** The first half of a call, as the history tells it. */
type Asked = Omit<Extract<Fact, { kind: 'authority.asked' }>, 'kind' | 'node' | 'call'>;

/** What was granted, as the history tells it. */
type Given = Pick<Extract<Fact, { kind: 'authority.answered' }>, 'generation' | 'subject'>;

const nothingGiven: Given = { generation: -1, subject: '' };

/** Tells the bench of both ends of each call to the authority. A call that fails has no second end: nobody knows what came of it. */
export function recordAuthority(authority: Authority, bench: Bench<Fact>, node: string): Authority {
  let calls = 0;
  const record = async <Granted>(
    asked: Asked,
    call: () => Promise<Answer<Granted>>,
    given: (granted: Granted) => Given = () => nothingGiven,
  ): Promise<Answer<Granted>> => {
    calls += 1;
    const id = `${asked.owner}/${calls}`;
    bench.observe({ kind: 'authority.asked', node, call: id, ...asked });
    const answer = await call();
    const told = answer.kind === 'granted' ? given(answer.granted) : nothingGiven;
    const word = answer.kind === 'granted' ? answer.kind : answer.refusal.code;
    bench.observe({ kind: 'authority.answered', node, call: id, answer: word, ...told });
    return answer;
  };
  const under = (
    act: AuthorityAct,
    { sessionId: session, ownerId: owner, generation }: OwnershipCapability,
    subject = '',
    terms = '',
  ): Asked => ({ act, session, owner, generation, subject, terms });
  return {
    claim: (request) => {
      const { sessionId: session, ownerId: owner, generation, policy, requestId } = request;
      return record(
        { act: 'claim', session, owner, generation, subject: '', terms: `${policy} ${requestId}` },
        () => authority.claim(request),
        givenTenure,
      );
    },
    renew: (capability) => record(under('renew', capability), () => authority.renew(capability)),
    release: (capability) => record(under('release', capability), () => authority.release(capability)),
    close: (capability) => record(under('close', capability), () => authority.close(capability)),
    beginTransfer: (capability, toOwnerId, scope) =>
      record(
        under('begin_transfer', capability, '', toOwnerId),
        () => authority.beginTransfer(capability, toOwnerId, scope),
        ({ claimId, toGeneration }) => ({ generation: toGeneration, subject: String(claimId) }),
      ),
    commitTransfer: (receipt, byOwnerId) => {
      const { sessionId: session, fromGeneration: generation, claimId } = receipt;
      return record(
        {
          act: 'commit_transfer',
          session,
          owner: byOwnerId,
          generation,
          subject: String(claimId),
          terms: receipt.toOwnerId,
        },
        () => authority.commitTransfer(receipt, byOwnerId),
        givenTenure,
      );
    },
    rollbackTransfer: (capability, receipt) =>
      record(under('rollback_transfer', capability, String(receipt.claimId)), () =>
        authority.rollbackTransfer(capability, receipt),
      ),
    issueReadiness: (capability, predicateRef) =>
      record(
        under('issue_readiness', capability, '', predicateRef),
        () => authority.issueReadiness(capability, predicateRef),
        ({ witnessId, generation }) => ({ generation, subject: String(witnessId) }),
      ),
    consumeReadiness: (capability, witness) =>
      record(under('consume_readiness', capability, String(witness.witnessId)), () =>
        authority.consumeReadiness(capability, witness),
      ),
    admit: (capability, operation) =>
      record(under('admit', capability, operation.operationId, operation.inputDigest), () =>
        authority.admit(capability, operation),
      ),
    settle: (capability, operationId, settlement) =>
      record(
        under('settle', capability, operationId, digestOfSettlement(settlement)),
        () => authority.settle(capability, operationId, settlement),
        ({ generation, settlement: counts }) => ({ generation, subject: digestOfSettlement(counts) }),
      ),
    openOperations: (capability, afterOperationId, limit) =>
      authority.openOperations(capability, afterOperationId, limit),
    standing: (operationId) => authority.standing(operationId),
  };
}

function givenTenure({ capability }: Grant): Given {
  return { generation: capability.generation, subject: '' };
}

/** Stands for a settlement: equal settlements, equal digests. */
export function digestOfSettlement(settlement: Settlement): string {
  const content = settlement.outcome === 'finalized' ? settlement.payload : settlement.reason;
  return bytesDigest(encodeCanonical([settlement.outcome, content]));
}
