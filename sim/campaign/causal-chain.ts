import type { RecordedChoice } from '../kernel/tape.js';
import type { Verdict } from '../kernel/voyage.js';
import type { RecordedEvent } from '../trace/event.js';
import { eventWords } from './event-words.js';

/** One event on the way from the choices of a run to its violation. */
export interface CausalLink {
  readonly event: RecordedEvent;
  /** Why it is in the chain. */
  readonly relation: 'choice' | 'message' | 'same-node' | 'disk' | 'violation';
  /** Position in `links` of what brought it about; null for a first cause. */
  readonly cause: number | null;
  /** The choice that was made right here. */
  readonly choice: RecordedChoice | null;
  /** One plain sentence. */
  readonly words: string;
}

/** How the choices of a run led to its violation: in order of time, the violation last. */
export interface CausalChain {
  readonly links: readonly CausalLink[];
}

/** What led to the violation of a run that failed, and had everything recorded. */
export function causalChain({ trace, choices, violation }: Verdict): CausalChain {
  if (violation === undefined) return { links: [] };
  const made = new Map(choices.map((choice) => [choice.event, choice]));
  const wanted = trace.filter(
    ({ index, event }) => made.has(index) || Object.values(event).includes(violation.subject),
  );
  const links: CausalLink[] = [];
  for (const event of wanted) {
    const choice = made.get(event.index) ?? null;
    const isViolation = event.event.kind === 'violation';
    const before = links.findLastIndex((link) => link.event.event.node === event.event.node);
    const own = choice === null ? 'same-node' : 'choice';
    const relation = isViolation ? 'violation' : own;
    const cause = isViolation ? links.length - 1 : before;
    links.push({ event, relation, cause: cause < 0 ? null : cause, choice, words: eventWords(event) });
  }
  return { links };
}
