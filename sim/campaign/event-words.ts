import type { RecordedChoice } from '../kernel/tape.js';
import type { TraceEvent, TraceValue } from '../trace/event.js';
import { sentences } from './event-sentences.js';

/** Texts that are longer are cut: ids are known by how they begin. */
const valueLengthMax = 40;

/** One event as a plain sentence. Of what has no sentence of its own, its kind and its fields. */
export function eventWords(event: TraceEvent): string {
  const { kind, node, ...fields } = event;
  const sentence = sentences[kind];
  if (sentence === undefined) return `${node}: ${kind.replaceAll(/[.-]/g, ' ')}${fieldsText(fields)}.`;
  const text = sentence.replaceAll(/\{([a-zA-Z]+)\}/g, (_, name: string) =>
    name in event ? valueText(event[name] ?? '') : `(no ${name})`,
  );
  const result = event['result'];
  return typeof result === 'string' && result !== 'ok'
    ? `${text.slice(0, -1)}, which fails: ${result}.`
    : text;
}

/** What was chosen at one place, for the end of a sentence. */
export function choiceWords(choices: readonly RecordedChoice[], shownMax: number): string {
  const shown = choices
    .slice(0, shownMax)
    .map(({ label, occurrence, value }) => `${label}#${occurrence} = ${value}`);
  const more = choices.length - shown.length;
  if (more > 0) shown.push(`${more} more`);
  return listText(shown);
}

function fieldsText(fields: Readonly<Record<string, TraceValue>>): string {
  const said = Object.entries(fields).map(([name, value]) => `${name} ${valueText(value)}`);
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}

function valueText(value: TraceValue): string {
  if (value === '') return 'nothing';
  const text = String(value).replaceAll(/\s+/g, ' ');
  return text.length > valueLengthMax ? `${text.slice(0, valueLengthMax)}…` : text;
}

function listText(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}
