import type { Oracle } from '../kernel/oracle.js';
import { type Fact, type Level, rank } from './facts.js';
import { isOneOf } from './is-one-of.js';
import { VisibleOperations } from './visible-operations.js';

const kinds = [
  'disk.promised',
  'log.escalation',
  'log.finalization',
  'log.gate',
  'client.acked',
  'client.told',
  'client.passed',
  'log.ended',
  'client.ended',
  'client.looked',
  'log.intent',
  'log.audit',
  'log.step',
  'effect.applied',
] as const;

/**
 * What was visible stays so; and nothing that anybody outside can see happened before its record was durable on the disk as it is, not as the node believes it:
 * acknowledgements, levels, outcomes, gates and effects are compared with what the disk has promised at that moment.
 */
export function durableBeforeVisible(): Oracle<Fact> {
  const promised = new Map<number, string>();
  const reached = new Map<string, Level>();
  const decided = new Map<string, string>();
  const gates = new Set<string>();
  const ended = new Map<string, string>();
  /** By who was told, and of what. */
  const toldEnds = new Map<string, string>();
  const intended = new Set<string>();
  /** How often an effect may have been tried that may run again, as far as that is on record. */
  const tries = new Map<string, number>();
  const applied = new Map<string, number>();
  const operations = new VisibleOperations();
  return {
    id: 'durable-before-visible',
    onFact(fact, check) {
      operations.observe(fact, check);
      if (!isOneOf(fact, kinds)) return;
      switch (fact.kind) {
        case 'disk.promised':
          promised.set(fact.lsn, fact.digest);
          break;
        case 'log.escalation':
          reached.set(fact.operation, fact.next);
          break;
        case 'log.finalization':
          decided.set(fact.operation, fact.outcome);
          break;
        case 'log.gate':
          gates.add(gateName(fact.operation, fact.downstream, fact.level));
          break;
        case 'client.acked':
          check(
            promised.get(fact.lsn) === fact.digest,
            `lsn ${fact.lsn}`,
            () => `${fact.node} was acked lsn ${fact.lsn} before a sync had promised it`,
          );
          break;
        case 'client.told': {
          const level = reached.get(fact.operation) ?? 'none';
          check(
            rank(fact.level) <= rank(level),
            fact.operation,
            () => `${fact.node} was told ${fact.level}; durable is ${level}`,
          );
          check(
            fact.outcome === '' || decided.get(fact.operation) === fact.outcome,
            fact.operation,
            () => `${fact.node} was told ${fact.outcome} before it was durable`,
          );
          break;
        }
        case 'client.passed':
          check(
            gates.has(gateName(fact.operation, fact.downstream, fact.level)),
            fact.operation,
            () => `${fact.downstream} passed the gate at ${fact.level} before the crossing was durable`,
          );
          break;
        case 'log.ended':
          ended.set(fact.operation, fact.outcome);
          break;
        case 'client.ended':
          check(
            ended.get(fact.operation) === fact.outcome,
            fact.operation,
            () => `${fact.node} was told that it ended as ${fact.outcome} before that was durable`,
          );
          toldEnds.set(`${fact.node}/${fact.operation}`, fact.outcome);
          break;
        case 'client.looked': {
          const told = toldEnds.get(`${fact.node}/${fact.operation}`);
          const isSame = told === undefined || fact.status === '' || fact.status === told;
          check(isSame, fact.operation, () => {
            return `${fact.node} was told that it ended as ${told ?? ''}, and is then shown ${fact.status}`;
          });
          break;
        }
        case 'log.intent':
          intended.add(`${fact.operation}/${fact.step}`);
          break;
        case 'log.audit': {
          const effect = `${fact.operation}/${fact.step}`;
          if (fact.policy === 'rerun') tries.set(effect, (tries.get(effect) ?? 1) + 1);
          break;
        }
        case 'log.step':
          if (fact.policy === 'rerun') tries.set(`${fact.operation}/${fact.step}`, 1);
          break;
        case 'effect.applied': {
          if (!fact.guarded) break;
          const effect = `${fact.operation}/${fact.step}`;
          check(intended.has(effect), effect, () => 'acted before its intent was durable');
          if (fact.dedup) break;
          const times = (applied.get(effect) ?? 0) + 1;
          applied.set(effect, times);
          const allowed = tries.get(effect) ?? Infinity;
          check(
            times <= allowed,
            effect,
            () => `acted ${times} times; durable is that it may ${allowed} times`,
          );
          break;
        }
      }
    },
  };
}

function gateName(operation: string, downstream: string, level: Level): string {
  return `${operation}/${downstream}/${level}`;
}
