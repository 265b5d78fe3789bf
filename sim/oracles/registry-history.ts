import type { Fact } from './facts.js';
import { callOf } from './operation-facts.js';
import { RegistryModel, standingText } from './registry-model.js';

/** What was true from some version on, until the next one begins. */
interface Since<Value> {
  readonly version: number;
  readonly value: Value;
}

/** A call that has reached the machine, and has not left it again as far as is known. */
interface OpenCall {
  readonly version: number;
  readonly terms: string;
  /** Of a list: every list that was true since. */
  readonly listings: Set<string> | undefined;
}

/**
 * What the registry was, version by version, one for each promised record. An answer is made from one moment between the call and the
 * answer, and may rest on anything that is promised by then: so it has to fit one of the versions in between.
 */
export class RegistryHistory {
  readonly model = new RegistryModel();
  readonly #standings = new Map<string, Since<string>[]>();
  readonly #actives: Since<number>[] = [];
  readonly #calls = new Map<string, OpenCall>();
  #version = 0;

  get version(): number {
    return this.#version;
  }

  observe(fact: Fact): void {
    if (fact.kind === 'call.reached') {
      const listings = fact.purpose === 'list' ? new Set([listingOf(this.model)]) : undefined;
      this.#calls.set(callOf(fact), { version: this.#version, terms: fact.terms, listings });
    }
    if (fact.kind === 'client.answered') this.#calls.delete(callOf(fact));
    if (!fact.kind.startsWith('log.')) return;
    this.#version += 1;
    this.model.fold(fact);
    note(this.#actives, this.#version, this.model.activeCount);
    if ('operation' in fact) this.#noteStanding(fact.operation);
    for (const { listings } of this.#calls.values()) listings?.add(listingOf(this.model));
  }

  /** The version at which a call reached the machine; that of now when it is not known. */
  versionOf(call: string): number {
    return this.#calls.get(call)?.version ?? this.#version;
  }

  /** What the call said besides its subject. */
  termsOf(call: string): string {
    return this.#calls.get(call)?.terms ?? '';
  }

  /** Everything that an id stood for since the call. */
  standingsSince(call: string, operation: string): readonly string[] {
    return since(this.#standings.get(operation) ?? [], this.versionOf(call), 'absent');
  }

  /** How many operations were alive at any moment since the call. */
  activesSince(call: string): readonly number[] {
    return since(this.#actives, this.versionOf(call), 0);
  }

  /** Every list that was true since the call, as {@link listingOf}. */
  listingsSince(call: string): ReadonlySet<string> {
    return this.#calls.get(call)?.listings ?? new Set();
  }

  #noteStanding(operation: string): void {
    let standings = this.#standings.get(operation);
    if (standings === undefined) {
      standings = [];
      this.#standings.set(operation, standings);
    }
    note(standings, this.#version, this.model.standing(operation));
  }
}

/** How many are alive, and each operation that is held as `id=standing`, by id. */
export function listingOf(model: RegistryModel): string {
  const lines = [...model.held.values()].map((held) => `${held.operation}=${standingText(held)}`);
  return [String(model.activeCount), ...lines.sort()].join(' ');
}

function note<Value>(history: Since<Value>[], version: number, value: Value): void {
  if (history.at(-1)?.value !== value) history.push({ version, value });
}

/** What was true at `version` or later; `initial` before the first. */
function since<Value>(history: readonly Since<Value>[], version: number, initial: Value): readonly Value[] {
  const later = history.filter((entry) => entry.version > version).map(({ value }) => value);
  const then = history.findLast((entry) => entry.version <= version)?.value ?? initial;
  return [then, ...later];
}
