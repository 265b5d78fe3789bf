import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { isOneOf } from './is-one-of.js';

const kinds = [
  'token.handed',
  'client.offered',
  'client.resolved',
  'log.step',
  'log.resolved',
  'step.answered',
] as const;

/**
 * A promise is resolved once, by somebody who shows a token that was handed out for it, and its program gets that value. Whoever is told
 * that it was accepted is told so when it is durable; tokens that were handed out stay good.
 */
export function promiseIsKept(): Oracle<Fact> {
  const tokens = new Set<string>();
  const offers = new Set<string>();
  const promises = new Set<string>();
  const values = new Map<string, string>();
  return {
    id: 'promise-is-kept',
    onFact(fact, check) {
      if (!isOneOf(fact, kinds)) return;
      const promise = `${fact.operation}/${fact.step}`;
      const value = values.get(promise);
      switch (fact.kind) {
        case 'token.handed':
          tokens.add(`${promise}/${fact.token}`);
          return;
        case 'client.offered':
          if (tokens.has(`${promise}/${fact.token}`)) offers.add(`${promise}=${fact.value}`);
          return;
        case 'client.resolved': {
          const isGood = tokens.has(`${promise}/${fact.token}`);
          if (fact.answer === 'accepted') {
            check(
              isGood,
              promise,
              () => `accepted ${fact.value} with a token that was never handed out for it`,
            );
            check(value === fact.value, promise, () => {
              return `accepted ${fact.value}, and the disk holds ${value ?? 'nothing'}`;
            });
          } else if (fact.answer === 'STEPS_PROMISE_TOKEN_REJECTED') {
            check(!isGood, promise, () => 'rejected a token that was handed out for it');
          } else if (fact.answer === 'STEPS_PROMISE_ALREADY_RESOLVED') {
            check(value !== undefined && value !== fact.value, promise, () => {
              return `refused ${fact.value}, and the disk holds ${value ?? 'nothing'}`;
            });
          }
          return;
        }
        case 'log.step':
          if (fact.standing === 'promise') promises.add(promise);
          return;
        case 'log.resolved':
          check(
            value === undefined,
            promise,
            () => `resolved as ${fact.value}, and before as ${value ?? ''}`,
          );
          check(offers.has(`${promise}=${fact.value}`), promise, () => {
            return `resolved as ${fact.value}, which nobody with a token has offered`;
          });
          values.set(promise, fact.value);
          return;
        case 'step.answered':
          if (!promises.has(promise)) return;
          check(
            value === fact.answer,
            promise,
            () => `answered ${fact.answer}, and the disk holds ${value ?? 'nothing'}`,
          );
          return;
      }
    },
  };
}
