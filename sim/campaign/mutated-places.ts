import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { BundleOptions } from './bundle-worker.js';
import { applyMutant, type Mutant } from './mutant.js';

const mapComment = '//# sourceMappingURL=data:application/json;base64,';

/** Where the lines that a mutant changes begin in the bundle that holds it: offsets, as the coverage of V8 counts them. */
export function mutatedPlaces(mutant: Mutant, { rootFolder, outputPath }: BundleOptions): readonly number[] {
  const path = join(rootFolder, mutant.file);
  const lines = changedLines(mutant, readFileSync(path, 'utf8'));
  const bundle = readFileSync(outputPath, 'utf8');
  const mapAt = bundle.lastIndexOf(mapComment);
  const payload: SourceMapPayload = JSON.parse(
    Buffer.from(bundle.slice(mapAt + mapComment.length), 'base64').toString('utf8'),
  );
  const sourceMap = new SourceMap(payload);
  const places: number[] = [];
  let lineAt = 0;
  for (const [row, text] of bundle.slice(0, mapAt).split('\n').entries()) {
    const indent = text.length - text.trimStart().length;
    if (isOf(sourceMap, row, indent, outputPath, path)) {
      for (let column = indent; column < text.length; column += 1) {
        const entry = sourceMap.findEntry(row, column);
        if (!('originalLine' in entry) || entry.generatedLine !== row || entry.generatedColumn !== column)
          continue;
        if (entry.originalLine >= lines.first && entry.originalLine <= lines.last)
          places.push(lineAt + column);
      }
    }
    lineAt += text.length + 1;
  }
  return places;
}

function isOf(map: SourceMap, row: number, column: number, outputPath: string, path: string): boolean {
  const entry = map.findEntry(row, column);
  return 'originalSource' in entry && resolve(dirname(outputPath), entry.originalSource) === path;
}

/** From 0. Where something is only taken away, the line that stands there then. */
function changedLines(mutant: Mutant, text: string): { readonly first: number; readonly last: number } {
  const { find, replace } = mutant;
  const mutated = applyMutant(mutant, text) ?? text;
  const least = Math.min(find.length, replace.length);
  let before = 0;
  while (before < least && find[before] === replace[before]) before += 1;
  let after = 0;
  while (after < least - before && find.at(-1 - after) === replace.at(-1 - after)) after += 1;
  const start = text.indexOf(find) + before;
  const end = Math.max(start, text.indexOf(find) + replace.length - after);
  const firstWord = start + Math.max(0, mutated.slice(start).search(/\S/));
  const lineOf = (offset: number): number => mutated.slice(0, offset).split('\n').length - 1;
  return { first: lineOf(firstWord), last: lineOf(Math.max(firstWord, end - 1)) };
}
