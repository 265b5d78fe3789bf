import type { CborValue } from '../../codec/cbor.js';
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
  decodeAnswer,
  decodeGrant,
  decodeNothing,
  decodeOperations,
  decodeRenewal,
  decodeStanding,
} from './authority-answer.js';
import { type AuthorityRequest, encodeRequest } from './authority-request.js';
import { decodeFact } from './ledger-codec.js';

/** The authority does not understand what it is asked: it is of another build. */
export class AuthorityMisunderstood extends Error {
  readonly code = 'AUTHORITY_MISUNDERSTOOD';
  override readonly name = 'AuthorityMisunderstood';
}

/**
 * The authority, asked over the network.
 *
 * A lease counts from before the call that gave it: whoever holds one takes the time by its own monotonic clock before it asks. See
 * `ownership/lease.ts`.
 */
export class AuthorityClient implements Authority {
  readonly #asker: Asker;
  readonly #to: NodeName;
  readonly #terms: AskTerms;

  /** @param terms - Of each call. */
  constructor(asker: Asker, to: NodeName, terms: AskTerms) {
    this.#asker = asker;
    this.#to = to;
    this.#terms = terms;
  }

  claim(request: ClaimRequest): Promise<Answer<Grant>> {
    return this.#ask({ call: 'claim', ...request }, decodeGrant);
  }

  renew(capability: OwnershipCapability): Promise<Answer<{ readonly grantedForMs: Milliseconds }>> {
    return this.#ask({ call: 'renew', capability }, decodeRenewal);
  }

  release(capability: OwnershipCapability): Promise<Answer<null>> {
    return this.#ask({ call: 'release', capability }, decodeNothing);
  }

  close(capability: OwnershipCapability): Promise<Answer<null>> {
    return this.#ask({ call: 'close', capability }, decodeNothing);
  }

  beginTransfer(
    capability: OwnershipCapability,
    toOwnerId: string,
    scope: OwnershipScope,
  ): Promise<Answer<OwnershipReceipt>> {
    return this.#ask({ call: 'begin_transfer', capability, toOwnerId, scope }, decodeReceipt);
  }

  commitTransfer(receipt: OwnershipReceipt, byOwnerId: string): Promise<Answer<Grant>> {
    return this.#ask({ call: 'commit_transfer', receipt, byOwnerId }, decodeGrant);
  }

  rollbackTransfer(capability: OwnershipCapability, receipt: OwnershipReceipt): Promise<Answer<null>> {
    return this.#ask({ call: 'rollback_transfer', capability, receipt }, decodeNothing);
  }

  issueReadiness(capability: OwnershipCapability, predicateRef: string): Promise<Answer<ReadinessWitness>> {
    return this.#ask({ call: 'issue_readiness', capability, predicateRef }, decodeReadiness);
  }

  consumeReadiness(capability: OwnershipCapability, witness: ReadinessWitness): Promise<Answer<null>> {
    return this.#ask({ call: 'consume_readiness', capability, witness }, decodeNothing);
  }

  admit(capability: OwnershipCapability, operation: AdmittedOperation): Promise<Answer<LedgerStanding>> {
    return this.#ask({ call: 'admit', capability, operation }, decodeStanding);
  }

  openOperations(
    capability: OwnershipCapability,
    afterOperationId: string,
    limit: number,
  ): Promise<Answer<readonly AdmittedOperation[]>> {
    return this.#ask({ call: 'open_operations', capability, afterOperationId, limit }, decodeOperations);
  }

  settle(
    capability: OwnershipCapability,
    operationId: string,
    settlement: Settlement,
  ): Promise<Answer<CommitFact>> {
    return this.#ask({ call: 'settle', capability, operationId, settlement }, decodeFact);
  }

  async standing(operationId: string): Promise<LedgerStanding> {
    const answer = await this.#ask({ call: 'standing', operationId }, decodeStanding);
    // Nobody is refused to look.
    if (answer.kind === 'refused') throw new AuthorityMisunderstood(answer.refusal.message);
    return answer.granted;
  }

  async #ask<Granted>(
    request: AuthorityRequest,
    decodeGranted: (value: CborValue | undefined, path: string) => Granted,
  ): Promise<Answer<Granted>> {
    return decodeAnswer(await this.#asker.ask(this.#to, encodeRequest(request), this.#terms), decodeGranted);
  }
}
