import { decodeReadiness, decodeReceipt } from '../../ownership/artifact-codec.js';
import type { OwnershipCapability, OwnershipReceipt, ReadinessWitness } from '../../ownership/capability.js';
import type { OwnershipScope } from '../../ownership/scope.js';
import type { Milliseconds } from '../../runtime/clock.js';
import type { NodeName } from '../../runtime/network.js';
import type { Asker, AskTerms } from '../../requests/ask.js';
import type {
  AdmittedOperation,
  Answer,
  Authority,
  ClaimRequest,
  CommitFact,
  Grant,
  LedgerStanding,
  Settlement,
} from './authority.js';
import {
  decodeGrant,
  decodeNothing,
  decodeOperations,
  decodeRenewal,
  decodeStanding,
} from './authority-answer.js';
import { AuthorityCalls } from './authority-calls.js';
import { type AuthorityRequest, encodeRequest } from './authority-request.js';
import { decodeFact } from './ledger-codec.js';

/**
 * The authority, asked over the network.
 *
 * A lease counts from before the call that gave it: whoever holds one takes the time by its own monotonic clock before it asks. See
 * `ownership/lease.ts`.
 */
export class AuthorityClient implements Authority {
  readonly #calls: AuthorityCalls<AuthorityRequest>;

  /** @param terms - Of each call. */
  constructor(asker: Asker, to: NodeName, terms: AskTerms) {
    this.#calls = new AuthorityCalls(asker, to, terms, encodeRequest);
  }

  claim(request: ClaimRequest): Promise<Answer<Grant>> {
    return this.#calls.ask({ call: 'claim', ...request }, decodeGrant);
  }

  renew(capability: OwnershipCapability): Promise<Answer<{ readonly grantedForMs: Milliseconds }>> {
    return this.#calls.ask({ call: 'renew', capability }, decodeRenewal);
  }

  release(capability: OwnershipCapability): Promise<Answer<null>> {
    return this.#calls.ask({ call: 'release', capability }, decodeNothing);
  }

  close(capability: OwnershipCapability): Promise<Answer<null>> {
    return this.#calls.ask({ call: 'close', capability }, decodeNothing);
  }

  beginTransfer(
    capability: OwnershipCapability,
    toOwnerId: string,
    scope: OwnershipScope,
  ): Promise<Answer<OwnershipReceipt>> {
    return this.#calls.ask({ call: 'begin_transfer', capability, toOwnerId, scope }, decodeReceipt);
  }

  commitTransfer(receipt: OwnershipReceipt, byOwnerId: string): Promise<Answer<Grant>> {
    return this.#calls.ask({ call: 'commit_transfer', receipt, byOwnerId }, decodeGrant);
  }

  rollbackTransfer(capability: OwnershipCapability, receipt: OwnershipReceipt): Promise<Answer<null>> {
    return this.#calls.ask({ call: 'rollback_transfer', capability, receipt }, decodeNothing);
  }

  issueReadiness(capability: OwnershipCapability, predicateRef: string): Promise<Answer<ReadinessWitness>> {
    return this.#calls.ask({ call: 'issue_readiness', capability, predicateRef }, decodeReadiness);
  }

  consumeReadiness(capability: OwnershipCapability, witness: ReadinessWitness): Promise<Answer<null>> {
    return this.#calls.ask({ call: 'consume_readiness', capability, witness }, decodeNothing);
  }

  admit(capability: OwnershipCapability, operation: AdmittedOperation): Promise<Answer<LedgerStanding>> {
    return this.#calls.ask({ call: 'admit', capability, operation }, decodeStanding);
  }

  openOperations(
    capability: OwnershipCapability,
    afterOperationId: string,
    limit: number,
  ): Promise<Answer<readonly AdmittedOperation[]>> {
    return this.#calls.ask(
      { call: 'open_operations', capability, afterOperationId, limit },
      decodeOperations,
    );
  }

  settle(
    capability: OwnershipCapability,
    operationId: string,
    settlement: Settlement,
  ): Promise<Answer<CommitFact>> {
    return this.#calls.ask({ call: 'settle', capability, operationId, settlement }, decodeFact);
  }

  standing(operationId: string): Promise<LedgerStanding> {
    return this.#calls.look({ call: 'standing', operationId }, decodeStanding);
  }
}
