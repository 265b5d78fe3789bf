import type { Oracle } from '../kernel/oracle.js';
import { ChangedPrograms } from './changed-programs.js';
import type { Fact } from './facts.js';

/** What a registry, or the ledger of an authority, calls another input under a known id. */
const conflictCodes: ReadonlySet<string> = new Set(['OPERATIONS_REGISTRATION_CONFLICT', 'LEDGER_CONFLICT']);

/**
 * One idempotency key stands for one logical step and one request, and one logical step for one key; one operation id stands for one input, whoever asks and
 * whenever, and only another input is a conflict.
 */
export function oneKeyOneInput(): Oracle<Fact> {
  const keyOf = new Map<string, string>();
  const effectOf = new Map<string, string>();
  const changed = new ChangedPrograms();
  const acceptedOf = new Map<string, string>();
  const refused = new Set<string>();
  /** By key: what the store was asked under it. */
  const requestOf = new Map<string, string>();
  return {
    id: 'one-key-one-input',
    onFact(fact, check) {
      if (fact.kind === 'program.began') changed.note(fact);
      else if (fact.kind === 'effect.applied') {
        const effect = `${fact.operation}/${fact.step}`;
        const owner = effectOf.get(fact.key) ?? effect;
        check(owner === effect, effect, () => `asked under the key of ${owner}`);
        effectOf.set(fact.key, owner);
        if (!fact.guarded && changed.has(fact.operation)) return;
        const logical = `${effect} ${fact.guarded}`;
        const key = keyOf.get(logical) ?? fact.key;
        check(key === fact.key, effect, () => `asked under key ${fact.key}, and before under ${key}`);
        keyOf.set(logical, key);
      } else if (fact.kind === 'log.run-begun') {
        const { key, request } = fact;
        const before = requestOf.get(key) ?? request;
        const isSame = request === '' || request === before;
        check(isSame, key, () => `the store was asked for ${request} under it, and before for ${before}`);
        if (request !== '') requestOf.set(key, request);
      } else if (fact.kind === 'child.failed') {
        const { operation, step, reason } = fact;
        check(!reason.includes('another request'), `${operation}/${step}`, () => reason);
      } else if (fact.kind === 'client.submitted') {
        const { operation, input, answer } = fact;
        const accepted = acceptedOf.get(operation);
        const request = `${operation}/${input}`;
        if (answer === 'accepted') {
          check(
            accepted === undefined || accepted === input,
            operation,
            () => `accepted with input ${input}, and before with ${accepted ?? ''}`,
          );
          check(!refused.has(request), operation, () => `accepted with input ${input}, a conflict before`);
          acceptedOf.set(operation, input);
        } else if (conflictCodes.has(answer)) {
          check(accepted !== input, operation, () => `input ${input} is a conflict, and was accepted before`);
          refused.add(request);
        }
      }
    },
  };
}
