import type { Oracle } from '../kernel/oracle.js';
import { type Fact, type Level, rank } from './facts.js';

/** One operation, as the records on the disk tell it. */
interface Told {
  level: Level;
  /** The highest level that a participant stands for: recovery goes on from there where the rule is met by that. */
  supported: Level;
  outcome: string;
  gate: Level | '';
  readonly evidence: Set<string>;
}

/**
 * Checkpoint level <= recovered level; gate crossed implies recovered level >= gate level; reuse implies finalized; preserve implies another
 * terminal outcome; resumption implies a certified result that is held; every operation that was registered before the crash is
 * accounted for after it, and nothing else is. And it is really done: what is reused, preserved or resumed runs no program.
 */
export function recoverySoundness(): Oracle<Fact> {
  const told = new Map<string, Told>();
  const held = new Map<string, string>();
  const resting = new Map<string, string>();
  let decided = new Set<string>();
  return {
    id: 'recovery-soundness',
    onFact(fact, check) {
      switch (fact.kind) {
        case 'log.contract':
          told.set(fact.operation, {
            level: 'none',
            supported: 'none',
            outcome: '',
            gate: '',
            evidence: new Set(),
          });
          return;
        case 'log.forgotten':
          told.delete(fact.operation);
          return;
        case 'log.escalation': {
          const operation = told.get(fact.operation);
          if (operation !== undefined) operation.level = fact.next;
          return;
        }
        case 'log.stood-for': {
          const operation = told.get(fact.operation);
          if (operation !== undefined && rank(fact.level) > rank(operation.supported)) {
            operation.supported = fact.level;
          }
          return;
        }
        case 'log.finalization': {
          const operation = told.get(fact.operation);
          if (operation !== undefined) operation.outcome = fact.outcome;
          return;
        }
        case 'log.gate': {
          const operation = told.get(fact.operation);
          if (operation !== undefined) operation.gate = fact.level;
          return;
        }
        case 'log.evidence-recorded':
          held.set(fact.evidence, fact.status);
          return;
        case 'log.evidence-evicted':
          held.delete(fact.evidence);
          return;
        case 'log.certified':
          told.get(fact.operation)?.evidence.add(fact.evidence);
          return;
        case 'node.ready':
          decided = new Set();
          resting.clear();
          return;
        case 'node.decided': {
          const { operation: id, action, level, checkpointLevel, gateLevel } = fact;
          decided.add(id);
          const known = told.get(id);
          check(known !== undefined, id, () => `recovered as ${action}, and the log does not know it`);
          if (known === undefined) return;
          const isSupported = rank(level) > rank(known.level) && rank(level) <= rank(known.supported);
          check(
            level === known.level || isSupported,
            id,
            () => `recovered at ${level}, the log ends at ${known.level}`,
          );
          check(
            rank(checkpointLevel) <= rank(level),
            id,
            () => `recovered at ${level}, below the checkpoint's ${checkpointLevel}`,
          );
          check(
            gateLevel === known.gate && (gateLevel === '' || rank(gateLevel) <= rank(level)),
            id,
            () => `recovered at ${level} behind gate "${gateLevel}", the log crossed "${known.gate}"`,
          );
          const resumable = [...known.evidence].some((evidence) => held.get(evidence) === 'success');
          const due = dueAction({ ...known, level }, resumable);
          check(action === due, id, () => `is to ${action}, and the log asks for ${due}`);
          if (action !== 'reexecute_from_scratch') resting.set(id, action);
          return;
        }
        case 'node.recovered': {
          const missing = [...told.keys()].find((id) => !decided.has(id));
          check(
            missing === undefined,
            missing ?? '',
            () => 'was registered, and recovery says nothing of it',
          );
          return;
        }
        case 'step.answered': {
          const action = resting.get(fact.operation);
          check(
            action === undefined,
            fact.operation,
            () => `its program runs, and it was to ${action ?? ''}`,
          );
          return;
        }
        default:
      }
    },
  };
}

function dueAction({ level, outcome }: Told, resumable: boolean): string {
  if (outcome === 'finalized') return 'reuse_finalized';
  if (outcome !== '') return 'preserve_terminal';
  return rank(level) >= rank('soft_safe') && resumable
    ? 'resume_from_evidence_boundary'
    : 'reexecute_from_scratch';
}
