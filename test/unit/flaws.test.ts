import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { flawedSystems } from './flaws.js';

function filesIn(path: string): readonly string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((each) => statSync(each).isFile());
}

/** Everything between quotes in one line: names of tests, of groups, and rows of tables among them. */
function textsOf(path: string): readonly string[] {
  const quoted = readFileSync(path, 'utf8').matchAll(/(['"`])((?:\\.|(?!\1)[^\\\n])*)\1/g);
  return [...quoted].map(([, , text = '']) => text.replaceAll("\\'", "'"));
}

/** The ids that a name of a test begins with, such as those of `Z1, Z2: another attempt begins anew`. */
function idsOfName(name: string): readonly string[] {
  const [, ids = ''] = /^((?:[A-Z]\d+[, ]*)+): /.exec(name) ?? [];
  return ids.match(/[A-Z]\d+/g) ?? [];
}

const id = /^[A-Z]\d+$/;

interface Row {
  readonly ids: readonly string[];
  readonly answer: string;
}

/** The rows of the tables of a README: the ids in the first cell, `D18 to D22` among them, and the rest. */
function rowsOf(room: string): readonly Row[] {
  const lines = readFileSync(`src/${room}/README.md`, 'utf8').split('\n');
  return lines
    .filter((line) => line.startsWith('|') && !/^[ |-]*$/.test(line))
    .map((line) => {
      const [, first = '', ...rest] = line.split(/(?<!\\)\|/);
      const ids = first.replaceAll(
        /([A-Z])(\d+) to \1(\d+)/g,
        (_, letter: string, from: string, to: string) =>
          Array.from(
            { length: Number(to) - Number(from) + 1 },
            (_each, index) => letter + (Number(from) + index),
          ).join(),
      );
      return { ids: ids.match(/\b[A-Z]\d+\b/g) ?? [], answer: rest.join(' ').trim() };
    });
}

const testFiles = [...filesIn('test'), ...filesIn('properties')];
const texts = [...new Set(testFiles.filter((path) => path.endsWith('.ts')).flatMap(textsOf))];

/** Whether a name that a README gives is that of a test or of a file; `…`, `%s` and `*` stand for what was left out. */
function exists(name: string): boolean {
  if (id.test(name)) return texts.some((text) => idsOfName(text).includes(name));
  if (existsSync(name) || testFiles.some((path) => basename(path) === name)) return true;
  return name.split(' > ').every((part) => {
    const [head = '', ...rest] = part.split(/…|%s|\.\.\.|\*/).map((piece) => piece.trim());
    return texts.some((text) => {
      let from = head.length;
      if (!text.startsWith(head)) return false;
      for (const piece of rest) {
        const at = text.indexOf(piece, from);
        if (at < 0) return false;
        from = at + piece.length;
      }
      return true;
    });
  });
}

describe.each(flawedSystems)('each flaw of $name', ({ flaws, tests, rooms }) => {
  const tested = new Set(tests.flatMap(filesIn).flatMap(textsOf).flatMap(idsOfName));
  const answered = new Set(
    rooms.flatMap(rowsOf).flatMap(({ ids, answer }) => (answer.length > 10 ? ids : [])),
  );

  test.each(Object.entries(flaws))(
    '%s (%s) has a test that begins with it, or a line in a README',
    (flaw) => {
      expect(tested.has(flaw) || answered.has(flaw)).toBe(true);
    },
  );
});

test.each([
  'agreement',
  'evidence',
  'operations',
  'ownership',
  'recovery',
  'remote',
  'sagas',
  'sessions',
  'steps',
])('what the tables of src/%s/README.md call a test is one', (room) => {
  // Other single words are names in the code.
  const names = rowsOf(room)
    .flatMap(({ answer }) => [...answer.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
    .filter((name) => !/^[\w-]+(\.\w+)?$/.test(name) || name.endsWith('.ts') || id.test(name));
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !exists(name) && !existsSync(join('src', room, name)))).toEqual([]);
});
