import type { LocalType } from '../../../src/sessions/local-type.js';

/** Local types by the book: what is bound is put in where it is named, each time that it is met. Shares nothing with `EndpointType`. */
export function unfold(type: LocalType): Exclude<LocalType, { kind: 'recursion' | 'recur' }> {
  if (type.kind === 'recur') throw new Error(`\`${type.name}\` is free`);
  return type.kind === 'recursion' ? unfold(substitute(type.body, type.name, type)) : type;
}

function substitute(within: LocalType, name: string, type: LocalType): LocalType {
  switch (within.kind) {
    case 'end':
      return within;
    case 'recur':
      return within.name === name ? type : within;
    case 'recursion':
      return within.name === name ? within : { ...within, body: substitute(within.body, name, type) };
    case 'send':
    case 'receive':
      return {
        ...within,
        branches: Object.fromEntries(
          Object.entries(within.branches).map(([label, next]) => [label, substitute(next, name, type)]),
        ),
      };
  }
}

/** How a role may go on, as texts: `send b ask`. */
export function options(type: LocalType): readonly string[] {
  const at = unfold(type);
  if (at.kind === 'end') return [];
  const partner = at.kind === 'send' ? at.to : at.from;
  return Object.keys(at.branches).map((label) => `${at.kind} ${partner} ${label}`);
}

/** What is left of a type after a step that is among its options; undefined when it is not. */
export function after(type: LocalType, step: string): LocalType | undefined {
  const at = unfold(type);
  if (at.kind === 'end' || !options(at).includes(step)) return undefined;
  return Object.entries(at.branches).find(([label]) => step.endsWith(` ${label}`))?.[1];
}
