/** Of all pages. Colours are named once for each scheme; shapes and words say the same, for who does not see colours and for paper. */
export const pageStyle = `:root {
  --paper: #ffffff; --ink: #1b1f24; --faint: #5c6570; --line: #d5dae0; --panel: #f5f7f9;
  --bad: #b3261e; --good: #1a6e34; --warn: #8a5a00; --accent: #0b57a4; --fault: #b3261e; --message: #7a8793;
  --disk: #8a5a00; --log: #0b57a4; --chain: #c2410c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181d; --ink: #e6eaee; --faint: #9aa5b1; --line: #323a43; --panel: #1c2229;
    --bad: #ff8a80; --good: #7ddf9c; --warn: #f0b95a; --accent: #7cb8f7; --fault: #ff8a80; --message: #7a8793;
    --disk: #f0b95a; --log: #7cb8f7; --chain: #ff9d5c;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 90rem; background: var(--paper); color: var(--ink);
  font: 16px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
p { margin: .35rem 0; }
a { color: var(--accent); }
code, pre, .event { font: .85rem/1.5 ui-monospace, monospace; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: .3rem; padding: .6rem; margin: .5rem 0;
  white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
.lead { font-size: 1.1rem; overflow-wrap: anywhere; }
.faint { color: var(--faint); }
.bad { color: var(--bad); font-weight: 600; }
.good { color: var(--good); font-weight: 600; }
.warn { color: var(--warn); }
.columns { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 2rem; }
@media (min-width: 70rem) { .columns { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--faint); font-size: .85rem; white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
ol.chain { list-style: none; margin: 0; padding: 0; }
ol.chain li { display: grid; grid-template-columns: 5.5rem 1fr; gap: .75rem; padding: .3rem 0 .3rem .6rem;
  border-left: 3px solid var(--line); }
ol.chain li.choice { border-left-color: var(--chain); }
ol.chain li.violation { border-left-color: var(--bad); font-weight: 600; }
ol.chain time { color: var(--faint); text-align: right; font-variant-numeric: tabular-nums; }
button, select, input[type=search] { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line);
  border-radius: .3rem; padding: .3rem .6rem; min-height: 2.2rem; }
button { cursor: pointer; }
button:focus-visible, input:focus-visible, select:focus-visible, canvas:focus-visible, a:focus-visible {
  outline: 2px solid var(--accent); outline-offset: 1px; }
button.link { background: none; border: 0; padding: 0; min-height: 0; text-align: left; color: inherit; font-weight: inherit;
  text-decoration: underline; text-decoration-color: var(--line); overflow-wrap: anywhere; }
.controls { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .5rem 0; }
.controls label { display: inline-flex; gap: .35rem; align-items: center; }
.controls input[type=search] { flex: 1 1 12rem; min-width: 0; }
canvas { display: block; width: 100%; background: var(--panel); border: 1px solid var(--line); border-radius: .3rem;
  touch-action: pan-y; cursor: crosshair; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; font-size: .85rem; color: var(--faint); }
.list { border: 1px solid var(--line); border-radius: .3rem; max-height: 30rem; overflow-y: auto; }
.event { display: block; width: 100%; border: 0; border-radius: 0; border-bottom: 1px solid var(--line); background: none;
  text-align: left; padding: .15rem .5rem; min-height: 0; overflow-wrap: anywhere; }
.event[aria-current=true] { background: var(--panel); box-shadow: inset 3px 0 0 var(--accent); }
.event.in-chain { box-shadow: inset 3px 0 0 var(--chain); }
.event.violation { color: var(--bad); font-weight: 600; }
dl.record { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1rem; margin: 0;
  font: .85rem/1.5 ui-monospace, monospace; }
dl.record dt { color: var(--faint); }
dl.record dd { margin: 0; overflow-wrap: anywhere; }
table.matrix { width: auto; font-size: .75rem; }
table.matrix th.state { writing-mode: vertical-rl; padding: .25rem .1rem; }
table.matrix td { text-align: center; padding: .1rem; min-width: 1.2rem; border: 1px solid var(--line); }
table.matrix td.never { color: var(--bad); font-weight: 600; }
summary { cursor: pointer; padding: .25rem 0; overflow-wrap: anywhere; }
@media print {
  .controls, .list, .screen-only { display: none !important; }
  body { max-width: none; padding: 0; font-size: 11px; }
  h2 { break-after: avoid; }
}
`;
