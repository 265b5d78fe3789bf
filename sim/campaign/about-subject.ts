import type { TraceEvent } from '../trace/event.js';

/** A subject that is a node: what it does all the time says little. */
const atItsNode = 0.3;

/**
 * How much an event is about the subject of a violation: 1 when it names all of it, less when it names what the subject begins with
 * (the operation of `client-1.op-0/pay#0`), 0 when it does not.
 *
 * A subject is an id (`session-1`), a node, an id and what is of it (`client-1.op-0/pay#0`), a field and its value (`lsn 7`), or something
 * numbered, of which kinds of events are named (`protocol session 0`).
 */
export function aboutSubject(subject: string): (event: TraceEvent) => number {
  const words = subject.split(' ');
  const [field = '', value = ''] = words;
  const isField = words.length === 2 && /^[a-zA-Z]+$/.test(field);
  const isNumbered = words.length > 2 && /^\d+$/.test(words.at(-1) ?? '');
  const parts = partsOf(subject);
  const [head] = parts;
  return (event) => {
    if (isField && String(event[field]) === value) return 1;
    const { kind, node, ...fields } = event;
    const texts = Object.values(fields).filter((held) => typeof held === 'string');
    if (texts.includes(subject)) return 1;
    if (isNumbered && kind.includes(field) && Object.values(fields).includes(Number(words.at(-1)))) return 1;
    if (node === subject) return atItsNode;
    if (head === undefined || !texts.some((text) => names(text, head))) return 0;
    return parts.filter((part) => texts.some((text) => names(text, part))).length / parts.length;
  };
}

/** The ids of a subject, the widest first. A bare number says nothing without its field. */
function partsOf(subject: string): readonly string[] {
  return subject.split(/[\s/:]+/).filter((part) => /[a-z]/i.test(part) && part.length > 3);
}

/** Whether a text holds this id, and not only the beginning or the end of another one. */
function names(text: string, id: string): boolean {
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1)) {
    if (!isOfId(text[at - 1]) && !isOfId(text[at + id.length])) return true;
  }
  return false;
}

function isOfId(character: string | undefined): boolean {
  return character !== undefined && /[a-z0-9]/i.test(character);
}
