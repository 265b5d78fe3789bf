import type { CausalChain } from '../campaign/causal-chain.js';
import { grouped } from './figures.js';
import type { Paint } from './paint.js';

/** How a failure came about, one sentence a line, each with its time and event. */
export function chainLines({ links }: CausalChain, paint: Paint): readonly string[] {
  if (links.length === 0) return [];
  const times = links.map(({ event }) => `${grouped(event.atMs)} ms`);
  const events = links.map(({ event }) => `#${event.index}`);
  const widths = [times, events].map((texts) => Math.max(...texts.map(({ length }) => length)));
  return [
    paint('dim', '  how it came about'),
    ...links.map(({ relation, words }, place) => {
      const at = `${(times[place] ?? '').padStart(widths[0] ?? 0)}  ${(events[place] ?? '').padEnd(widths[1] ?? 0)}`;
      return `    ${paint('dim', at)}  ${relation === 'violation' ? paint('red', words) : words}`;
    }),
  ];
}
