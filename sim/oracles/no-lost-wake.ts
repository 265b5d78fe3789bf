import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { callOf, isOperationLogFact } from './operation-facts.js';
import { isAlive, RegistryModel } from './registry-model.js';

/** Somebody who waits for an operation, or in a wait for several. */
interface Waiter {
  readonly subject: string;
  /** Since which turn what is waited for has happened, durably; a turn is a call that reaches the machine. */
  dueTurn: number | undefined;
}

/**
 * No waiter waits for something that has happened: what is durable, and is waited for, is told before any call is answered that came
 * later than that; and at the latest when nothing is left to happen. A waiter whose connection broke waits no more.
 */
export function noLostWake(): Oracle<Fact> {
  const model = new RegistryModel();
  const waiters = new Map<string, Waiter>();
  const turns = new Map<string, number>();
  let turn = 0;

  const setDue = (subject: string, dueTurn: number | undefined): void => {
    for (const waiter of waiters.values()) if (waiter.subject === subject) waiter.dueTurn = dueTurn;
  };
  const overdue = (before: number): string => {
    const late = [...waiters].find(([, { dueTurn }]) => dueTurn !== undefined && dueTurn < before);
    return late === undefined ? '' : `${late[0]} for ${late[1].subject}`;
  };

  return {
    id: 'no-lost-wake',
    onFact(fact, check) {
      model.fold(fact);
      if (fact.kind === 'log.ended') setDue(operationName(fact.operation), turn);
      else if (isOperationLogFact(fact)) {
        // What begins anew under an old name is what a waiter may mean who has come since.
        if (fact.kind === 'log.registered') setDue(operationName(fact.operation), undefined);
        if (fact.kind === 'log.rolled-back') setDue(operationName(fact.operation), turn);
        if (fact.kind === 'log.wait-opened') setDue(waitName(fact.wait), undefined);
        if (fact.kind === 'log.wait-satisfied') setDue(waitName(fact.wait), turn);
        if (fact.kind === 'log.wait-closed' && fact.why === 'cancelled') setDue(waitName(fact.wait), turn);
      } else if (fact.kind === 'call.reached') {
        turn += 1;
        turns.set(callOf(fact), turn);
        const { purpose, subject } = fact;
        if (purpose === 'watch') {
          const held = model.held.get(subject);
          const isOver = held === undefined || !isAlive(held);
          waiters.set(callOf(fact), {
            subject: operationName(subject),
            dueTurn: isOver ? turn : undefined,
          });
        } else if (purpose === 'wait') {
          const isOver = model.waits.get(subject)?.isSatisfied === true;
          waiters.set(callOf(fact), { subject: waitName(subject), dueTurn: isOver ? turn : undefined });
        }
      } else if (
        fact.kind === 'client.watched' ||
        fact.kind === 'client.waited' ||
        fact.kind === 'client.refused'
      ) {
        waiters.delete(callOf(fact));
      } else if (fact.kind === 'node.ready') {
        waiters.clear();
      } else if (fact.kind === 'client.answered') {
        const call = callOf(fact);
        const came = turns.get(call) ?? 0;
        turns.delete(call);
        waiters.delete(call);
        if (fact.answer !== 'answered') return;
        const late = overdue(came);
        check(late === '', fact.node, () => `${fact.request} was answered, and ${late} still waits`);
      }
    },
    atQuiescence(check) {
      const late = overdue(Infinity);
      check(late === '', late, () => 'it has happened, and nobody was told');
    },
  };
}

function operationName(operation: string): string {
  return `operation ${operation}`;
}

function waitName(wait: string): string {
  return `wait ${wait}`;
}
