import { readFileSync } from 'node:fs';
import { escapeHtml, scriptJson } from './escape-html.js';
import { pageStyle } from './page-style.js';

/** One file that needs nothing else: no network, no fonts, no framework. */
export interface Page {
  readonly title: string;
  /** Markup: whoever makes it has escaped it. */
  readonly body: string;
  /** What its script shows. A page without has no script. */
  readonly view?: { readonly script: string; readonly data: unknown };
}

/** Nothing may be loaded, whatever a trace holds: what is not in the file is not there. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

export function pageHtml({ title, body, view }: Page): string {
  const scripts =
    view === undefined
      ? ''
      : `<script type="application/json" id="data">${scriptJson(view.data)}</script>\n<script type="module">\n${view.script}</script>\n`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>
${pageStyle}</style>
</head>
<body>
${body}
${scripts}</body>
</html>
`;
}

/** Modules of the folder beside this one, as one: a page has nowhere to import from. Each comes after those that it imports. */
export function browserScript(names: readonly string[]): string {
  return names
    .map((name) => readFileSync(new URL(`./browser/${name}`, import.meta.url), 'utf8'))
    .join('\n')
    .replaceAll(/^(import .*;|export \{\};|\/\/# sourceMappingURL=.*)$/gm, '')
    .replaceAll(/^export (?=class|function)/gm, '');
}
