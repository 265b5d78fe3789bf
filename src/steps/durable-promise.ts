import { bytesToHex } from '@noble/hashes/utils.js';
import type { CborValue } from '../codec/cbor.js';
import type { ExecutionRun } from './execution-run.js';
import { openPayload } from './payload.js';
import { promiseTokenDigest, tokenBytes } from './promise-token.js';
import type { StepKey } from './step-key.js';

/** A promise of a workflow: somebody outside resolves it, once. It survives a crash, and so do its tokens. Reference B7. */
export class DurablePromise {
  readonly #run: ExecutionRun;
  readonly stepKey: StepKey;

  /** Only a context makes one, after it is journaled. */
  constructor(run: ExecutionRun, stepKey: StepKey) {
    this.#run = run;
    this.stepKey = stepKey;
  }

  /**
   * A new token, for whoever may resolve the promise. Call it in the step that hands the token over, and keep it out of the step's
   * input: when a crash falls between the two, the step is tried again and hands over another one. All of them stay good, so one that
   * did arrive is not lost. Reference Z12.
   *
   * @returns 64 lowercase hex digits. They are journaled nowhere.
   */
  async issueToken(): Promise<string> {
    this.#run.mustGoOn();
    const token = bytesToHex(this.#run.journal.randomBytes(tokenBytes));
    const tokenDigest = promiseTokenDigest(this.#run.executionId, this.stepKey, token);
    await this.#run.record({ kind: 'issue_token', ...this.#run.step(this.stepKey), tokenDigest });
    return token;
  }

  /** Waits until it is resolved. Any number of callers may wait. */
  async value(): Promise<CborValue> {
    for (;;) {
      this.#run.mustGoOn();
      const { executionId, journal } = this.#run;
      const record = await this.#run.ask(() => journal.lookup(executionId, this.stepKey));
      this.#run.mustGoOn();
      if (record?.kind === 'promise' && record.payload !== null) return openPayload(record.payload);
      await this.#run.waitFor((signal) => journal.whenResolved(executionId, this.stepKey, signal));
    }
  }
}
