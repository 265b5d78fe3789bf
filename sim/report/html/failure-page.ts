import { type CausalLink, causalChain } from '../../campaign/causal-chain.js';
import type { NeededChoice } from '../../campaign/explain.js';
import type { Reproduction } from '../../campaign/reproduction.js';
import type { Verdict } from '../../kernel/voyage.js';
import { counted, grouped } from '../figures.js';
import { escapeHtml } from './escape-html.js';
import { htmlTable } from './html-table.js';
import { browserScript, pageHtml } from './page.js';

/** A failure as a page tells it. */
export interface FailureStory {
  readonly reproduction: Pick<Reproduction, 'build' | 'scenario' | 'seed'>;
  /** Sailed with everything recorded. */
  readonly verdict: Verdict;
  /** What the run comes to without each of its choices; empty when there are too many to tell. */
  readonly needed: readonly NeededChoice[];
  /** The line that shows it again. */
  readonly command: string;
}

const scripts = ['marks.js', 'voyage-data.js', 'lane-chart.js', 'voyage-view.js'];

/** One failure as one file: what broke, what led to it, what it needs, and the whole voyage to look around in. */
export function failurePage(story: FailureStory): string {
  const { verdict, reproduction } = story;
  const { links } = causalChain(verdict);
  const invariant = verdict.violation?.invariant ?? 'nothing is violated';
  const body = [
    header(story, invariant),
    '<div class="columns">',
    section('How it came about', chainList(links)),
    section('What it needs', choicesTable(story)),
    '</div>',
    section('The voyage', voyageView(verdict)),
    `<p class="faint">Scenario ${escapeHtml(reproduction.scenario)}, seed ${reproduction.seed}, build ${escapeHtml(reproduction.build)}, fingerprint ${verdict.fingerprint}.</p>`,
  ];
  const chain = links.map(({ event, cause }) => ({ index: event.index, cause }));
  return pageHtml({
    title: `${invariant} in ${reproduction.scenario}`,
    body: `<main>\n${body.join('\n')}\n</main>`,
    view: {
      script: browserScript(scripts),
      data: { events: verdict.trace, chain, seenAt: verdict.sighting?.node ?? '' },
    },
  });
}

function header({ verdict, command }: FailureStory, invariant: string): string {
  const { violation, choices, events, virtualMs } = verdict;
  const size = `${counted(choices.length, 'choice')}, ${counted(events, 'event')}, ${grouped(virtualMs)} ms of virtual time`;
  return `<header>
<h1><span class="bad">Broken:</span> ${escapeHtml(invariant)}</h1>
<p class="lead">${escapeHtml(violation === undefined ? '' : `${violation.subject}: ${violation.message}`)}</p>
<p class="faint">${size}. To see it again:</p>
<pre>${escapeHtml(command)}</pre>
</header>`;
}

function section(heading: string, content: string): string {
  return `<section>\n<h2>${heading}</h2>\n${content}\n</section>`;
}

function chainList(links: readonly CausalLink[]): string {
  const items = links.map(({ event, relation, words }) => {
    const text = `<button type="button" class="link" data-event="${event.index}">${escapeHtml(words)}</button>`;
    return `<li class="${relation}"><time>${grouped(event.atMs)} ms</time><span>${text}</span></li>`;
  });
  return `<ol class="chain">\n${items.join('\n')}\n</ol>`;
}

const withoutWords: Readonly<Record<NeededChoice['without'], string>> = {
  passes: 'the run passes',
  inconclusive: 'the run is cut by a limit',
  same: 'it fails all the same',
  'worker-lost': 'the worker is lost',
  other: 'it fails otherwise',
};

function choicesTable({ needed, verdict }: FailureStory): string {
  if (verdict.choices.length === 0) return '<p>No choice at all: a calm day shows it.</p>';
  if (needed.length === 0) {
    const count = counted(verdict.choices.length, 'choice');
    return `<p>${count}: too many to try without each. Shrink it first: <code>seaworthy shrink</code>.</p>`;
  }
  const rows = needed.map(({ choice, without, violates }) => {
    const what = violates === null || without !== 'other' ? withoutWords[without] : `violates ${violates}`;
    const name = `${choice.label}#${choice.occurrence} = ${grouped(choice.value)}`;
    const judged = without === 'passes' ? 'good' : 'warn';
    return [
      `${grouped(choice.atMs)} ms`,
      { html: `<code>${escapeHtml(name)}</code>` },
      { html: `<span class="${judged}">${escapeHtml(what)}</span>` },
    ];
  });
  const columns = [{ heading: 'at', isNumber: true }, { heading: 'choice' }, { heading: 'without it' }];
  return `<p>Each of these choices was left out once, and the run sailed without it.</p>\n${htmlTable(columns, rows)}`;
}

function voyageView({ trace }: Verdict): string {
  const nodes = [...new Set(trace.map(({ event }) => event.node))].toSorted();
  const subsystems = [...new Set(trace.map(({ event }) => event.kind.split('.')[0] ?? ''))]
    .filter((name) => name !== 'violation')
    .toSorted();
  return `<div class="controls">
<label>Find <input type="search" id="search" placeholder="text of an event"></label>
<label>Node <select id="node"><option value="">all</option>${options(nodes)}</select></label>
<label>Show <select id="kind"><option value="">everything</option><option value="chain">what led to it</option><option value="faults">faults and crashes</option>${options(subsystems)}</select></label>
<button type="button" id="earlier" aria-label="earlier">◀</button>
<button type="button" id="later" aria-label="later">▶</button>
<button type="button" id="closer" aria-label="zoom in">+</button>
<button type="button" id="wider" aria-label="zoom out">−</button>
<button type="button" id="fit">all of it</button>
<span class="faint" id="count" role="status"></span>
</div>
<canvas id="lanes" tabindex="0" role="img" aria-label="Lanes of the nodes over virtual time. Arrow keys go from event to event, plus and minus zoom, 0 shows all."></canvas>
<p class="legend"><span>◆ violation</span><span>✕ crash, the lane ends</span><span>● start of a life</span><span>▲ fault</span><span>■ log and node</span><span>❘ disk</span><span>→ message</span><span>◯ part of the chain</span><span>Pauses are squeezed.</span></p>
<p class="legend screen-only">Arrow keys: next and previous event. + and −: zoom. 0: all. Page keys or a drag: along. Click: the record.</p>
<div class="columns">
<div><h2>Record</h2><dl class="record" id="record" aria-live="polite"></dl></div>
<div class="screen-only"><h2>Events</h2><div class="list" id="events"></div></div>
</div>`;
}

function options(names: readonly string[]): string {
  return names.map((name) => `<option>${escapeHtml(name)}</option>`).join('');
}
