import { decode, encode } from '../../../src/codec/cbor.js';
import type { BeginSagaCommand, SagaCommand, StepSettlement } from '../../../src/sagas/command.js';
import type { SagaEntry } from '../../../src/sagas/entry.js';
import type { SagaLimits } from '../../../src/sagas/limits.js';
import { sagasProjection } from '../../../src/sagas/projection.js';
import type { SagaRefusal } from '../../../src/sagas/refusal.js';
import { sealInput, sealPayload } from '../../../src/steps/payload.js';

export const manySagas: SagaLimits = { openMax: 100, endedMax: 100 };
export const tempest = { name: 'Tempest', message: 'too much wind' };

/** The room alone, with its log. Everything goes through its encoding. */
export class SagaBook {
  readonly #room;
  readonly state;
  readonly log: SagaEntry[] = [];

  constructor(limits: SagaLimits = manySagas) {
    this.#room = sagasProjection(limits);
    this.state = this.#room.initial();
  }

  /** What was recorded, or why nothing was. */
  give(command: SagaCommand): {
    readonly entries: readonly SagaEntry[];
    readonly refusal: SagaRefusal | undefined;
  } {
    const decision = this.#room.decide(this.state, command);
    if (decision.kind === 'refused') return { entries: [], refusal: decision.refusal };
    for (const entry of decision.entries) this.take(entry);
    return { entries: decision.entries, refusal: undefined };
  }

  /** The kinds of what was recorded. @throws what was refused. */
  do(command: SagaCommand): readonly string[] {
    const { entries, refusal } = this.give(command);
    if (refusal !== undefined) throw refusal;
    return entries.map(({ kind }) => kind);
  }

  take(entry: SagaEntry): void {
    const bytes = encode(this.#room.encodeEntry(entry));
    const read = this.#room.decodeEntry(decode(bytes));
    this.#room.apply(this.state, read, this.log.length + 1);
    this.log.push(read);
  }

  capture(): Uint8Array {
    return encode(this.#room.capture(this.state));
  }
}

export function beginning(
  sagaId: string,
  given: { steps?: readonly string[]; name?: string; input?: string; sessionId?: string } = {},
): BeginSagaCommand {
  const { steps = ['load', 'sail', 'unload'], name = 'voyage', input = 'salt', sessionId = 's1' } = given;
  const runKey = Buffer.from(sagaId.padEnd(16, '.').slice(0, 16)).toString('hex');
  return { kind: 'begin', sagaId, sessionId, name, steps, runKey, ...sealInput(input, sagaId) };
}

export function done(value = 'fine'): StepSettlement {
  return { kind: 'done', result: sealPayload(value, 'result') };
}

export const failed: StepSettlement = { kind: 'failed', failure: tempest };
