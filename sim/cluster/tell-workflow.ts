import { readText } from '../../src/codec/shape.js';
import { submissionsProjection } from '../../src/node/submissions.js';
import type { StepEntry } from '../../src/steps/entry.js';
import { openPayload } from '../../src/steps/payload.js';
import { stepsProjection } from '../../src/steps/projection.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Fact } from '../oracles/facts.js';
import { epochMs } from '../world/clock.js';
import { tellOperation } from './operations-teller.js';
import { tellAgreement } from './tell-agreement.js';
import { tellEvidence } from './tell-evidence.js';
import type { RecordTeller } from './witness.js';

/** What the records of a workflow node say, for the oracles. */
export function tellWorkflow(simulation: Simulation, node = 'node'): RecordTeller {
  return ({ room, value }, lsn) => {
    switch (room) {
      case 'operations':
        return [tellOperation(value, node)];
      case 'agreement':
        return tellAgreement(value, node, lsn);
      case 'evidence':
        return tellEvidence(value, node, lsn);
      case 'submissions': {
        const entry = submissionsProjection.decodeEntry(value);
        if (entry.kind !== 'cancel_requested') return [];
        const { operationId: operation, reason } = entry;
        return [{ kind: 'log.cancelling', node, operation, reason }];
      }
      case 'steps':
        return tellStep(stepsProjection.decodeEntry(value), node, epochMs + simulation.nowMs);
      default:
        return [];
    }
  };
}

function tellStep(entry: StepEntry, node: string, nowMs: number): readonly Fact[] {
  const { executionId: operation } = entry;
  if (!('stepKey' in entry)) return [];
  const of = { node, operation, step: entry.stepKey } as const;
  const standing = { kind: 'log.step', ...of, policy: '', dueMs: 0 } as const;
  switch (entry.kind) {
    case 'effect_intent':
      return [
        { kind: 'log.intent', ...of },
        { ...standing, standing: 'intent', policy: entry.onAmbiguous },
      ];
    case 'intent_withdrawn':
      return [{ ...standing, standing: 'withdrawn' }];
    case 'ambiguity_resolved':
      return [{ kind: 'log.audit', ...of, policy: entry.policy, window: entry.window }];
    case 'step_result':
    case 'step_failed':
      return [{ ...standing, standing: 'settled' }];
    case 'promise_created':
      return [{ ...standing, standing: 'promise' }];
    case 'promise_token_issued':
      return [];
    case 'promise_resolved':
      return [{ kind: 'log.resolved', ...of, value: readText(openPayload(entry.payload), 'value') }];
    case 'timer_armed':
      return [{ ...standing, standing: 'timer', dueMs: entry.dueMs }];
    case 'timer_fired':
      return [{ kind: 'log.timer-fired', ...of, firedMs: entry.nowMs, nowMs }];
    case 'execution_diverged':
      return [{ kind: 'log.diverged', ...of }];
  }
}
