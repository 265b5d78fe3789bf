import type { Fact } from './facts.js';
import type { ModelOperation } from './registry-model.js';

/** From which phases an operation may end so. */
const mayEndFrom: Readonly<Record<string, readonly string[]>> = {
  completed: ['running', 'retiring'],
  failed: ['provisioning', 'running', 'retiring'],
  aborted: ['provisioning'],
  cancelled: ['provisioning', 'running', 'retiring'],
  retired: ['running', 'retiring'],
  terminated: ['provisioning', 'running', 'retiring'],
};

/** Whether a record about an operation that is alive can follow what that was. */
export function followsFrom({ phase, peer }: ModelOperation, fact: Fact): boolean {
  if (fact.kind === 'log.ended') return mayEndFrom[fact.outcome]?.includes(phase) === true;
  if (fact.kind === 'log.phase') return phase === (fact.phase === 'running' ? 'provisioning' : 'running');
  if (fact.kind === 'log.progress') return phase !== 'provisioning';
  return fact.kind !== 'log.peer' || (phase !== 'provisioning' && peer === '');
}
