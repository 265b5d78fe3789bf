import type { SagaEntry } from './entry.js';
import type { Saga, SagaTombstone, StepRecord } from './saga.js';

/** What the room knows: the fold of its entries. */
export interface SagasState {
  /** By id, in the order in which they were begun. */
  readonly open: Map<string, Saga>;
  /** By id, in the order in which they ended. */
  readonly ended: Map<string, SagaTombstone>;
}

/** The log holds an entry that cannot follow what comes before it. */
export class SagaLogCorrupt extends Error {
  readonly code = 'SAGA_LOG_CORRUPT';
  override readonly name = 'SagaLogCorrupt';
  readonly sagaId: string;
  constructor(sagaId: string, reason: string) {
    super(`sagas log is corrupt at \`${sagaId}\`: ${reason}`);
    this.sagaId = sagaId;
  }
}

export function emptyState(): SagasState {
  return { open: new Map(), ended: new Map() };
}

/** @throws {@link SagaLogCorrupt} on an entry that cannot have been decided. */
export function applyEntry(state: SagasState, entry: SagaEntry): void {
  const { sagaId } = entry;
  switch (entry.kind) {
    case 'saga_begun': {
      const { kind: _, ...terms } = entry;
      if (state.open.has(sagaId) || state.ended.has(sagaId)) throw new SagaLogCorrupt(sagaId, 'begun twice');
      state.open.set(sagaId, { ...terms, records: [], cancelReason: null, cause: null });
      return;
    }
    case 'saga_ended': {
      const { sessionId, name, inputDigest, cause } = openSaga(state, sagaId);
      if ((entry.outcome === 'done') !== (cause === null)) {
        throw new SagaLogCorrupt(sagaId, `cannot end as ${entry.outcome}`);
      }
      state.open.delete(sagaId);
      const end = cause === null ? ({ kind: 'done' } as const) : ({ kind: 'compensated', cause } as const);
      state.ended.set(sagaId, { sagaId, sessionId, name, inputDigest, end });
      return;
    }
    case 'saga_forgotten':
      if (!state.ended.delete(sagaId)) throw new SagaLogCorrupt(sagaId, 'forgotten before it ended');
      return;
    case 'step_tried':
    case 'step_done':
    case 'step_failed':
    case 'cancel_requested':
    case 'turned_back':
    case 'compensation_tried':
    case 'compensation_done':
      state.open.set(sagaId, evolve(openSaga(state, sagaId), entry));
  }
}

type EntryOfOpen = Exclude<SagaEntry, { kind: 'saga_begun' | 'saga_ended' | 'saga_forgotten' }>;

function evolve(saga: Saga, entry: EntryOfOpen): Saga {
  switch (entry.kind) {
    case 'cancel_requested':
      return { ...saga, cancelReason: entry.reason };
    case 'turned_back':
      return { ...saga, cause: entry.cause };
    case 'step_tried': {
      const { step, attempt } = entry;
      if (step !== saga.records.length) return withRecord(saga, step, { attempts: attempt });
      return { ...saga, records: [...saga.records, { ...firstTry, attempts: attempt }] };
    }
    case 'step_done':
      return withRecord(saga, entry.step, { progress: { kind: 'done', result: entry.result } });
    case 'step_failed':
      return withRecord(saga, entry.step, { progress: { kind: 'failed', failure: entry.failure } });
    case 'compensation_tried':
      return withRecord(saga, entry.step, { compensationAttempts: entry.attempt });
    case 'compensation_done':
      return withRecord(saga, entry.step, { isCompensated: true });
  }
}

const firstTry: StepRecord = {
  attempts: 1,
  progress: { kind: 'in_doubt' },
  compensationAttempts: 0,
  isCompensated: false,
};

/** Never changed in place: what a query returned stays what it was. */
function withRecord(saga: Saga, step: number, change: Partial<StepRecord>): Saga {
  const record = saga.records[step];
  if (record === undefined) throw new SagaLogCorrupt(saga.sagaId, `step ${step} was never tried`);
  return { ...saga, records: saga.records.with(step, { ...record, ...change }) };
}

function openSaga({ open }: SagasState, sagaId: string): Saga {
  const saga = open.get(sagaId);
  if (saga === undefined) throw new SagaLogCorrupt(sagaId, 'is not open');
  return saga;
}
