import type { SagaCommand } from './command.js';
import type { LocatorCommand, LocatorRefusal } from './locator.js';
import type { SagaRefusal } from './refusal.js';
import type { Saga, SagaTombstone } from './saga.js';
import type { SagasState } from './state.js';

/**
 * What the runner needs of the node: the durable rooms `sagas` and `locator`.
 *
 * Contract: what is answered is durable. A rejection means that the journal is unavailable, and nothing is known of the command.
 */
export interface SagaJournal {
  saga(sagaId: string): Promise<SagaView>;
  /** Those that have not ended, in the order in which they were begun. */
  open(): Promise<readonly Saga[]>;
  /** Both in one batch: all of it, or nothing. */
  record(command: SagaCommand, locator?: LocatorCommand): Promise<SagaRecorded>;
}

export type SagaView =
  | { readonly kind: 'open'; readonly saga: Saga }
  | { readonly kind: 'ended'; readonly tombstone: SagaTombstone }
  | { readonly kind: 'unknown' };

export type SagaRecorded =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly refusal: SagaRefusal | LocatorRefusal };

/** For a journal that is made of the sagas room. */
export function viewSaga({ open, ended }: SagasState, sagaId: string): SagaView {
  const saga = open.get(sagaId);
  if (saga !== undefined) return { kind: 'open', saga };
  const tombstone = ended.get(sagaId);
  return tombstone === undefined ? { kind: 'unknown' } : { kind: 'ended', tombstone };
}
