import type { CborValue } from '../codec/cbor.js';
import { readOptional, readRecord, readText, readUnsigned } from '../codec/shape.js';
import type { ProbeFields } from '../runtime/probe.js';
import type { TraceContext } from './remote-work.js';

/** As the fields of an event, always all of them, in this order; what there is none of is empty. */
export function traceFields({ traceId, sagaId, attempt, epoch, simulation }: TraceContext): ProbeFields {
  return {
    trace: traceId,
    saga: sagaId ?? '',
    attempt,
    epoch,
    seed: simulation?.seed ?? '',
    schedule: simulation?.scheduleFingerprint ?? '',
  };
}

export function encodeTrace({ traceId, sagaId, attempt, epoch, simulation }: TraceContext): CborValue {
  const told =
    simulation === null
      ? null
      : { seed: simulation.seed, schedule_fingerprint: simulation.scheduleFingerprint };
  return { trace_id: traceId, saga_id: sagaId, attempt, epoch, simulation: told };
}

/** @throws ShapeError when it is none. */
export function decodeTrace(value: CborValue | undefined, path: string): TraceContext {
  const record = readRecord(value, path);
  return {
    traceId: readText(record['trace_id'], `${path}.trace_id`),
    sagaId: readOptional(record['saga_id'], `${path}.saga_id`, readText),
    attempt: readUnsigned(record['attempt'], `${path}.attempt`),
    epoch: readUnsigned(record['epoch'], `${path}.epoch`),
    simulation: readOptional(record['simulation'], `${path}.simulation`, decodeSimulation),
  };
}

function decodeSimulation(value: CborValue, path: string): NonNullable<TraceContext['simulation']> {
  const record = readRecord(value, path);
  return {
    seed: readText(record['seed'], `${path}.seed`),
    scheduleFingerprint: readText(record['schedule_fingerprint'], `${path}.schedule_fingerprint`),
  };
}
