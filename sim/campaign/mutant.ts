import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asRecord, FieldError, textField, textListField } from './json-fields.js';

/** Beside the mutants, and none itself: the ids of those that a gate wants killed. */
export const requiredFileName = 'required.json';

/** How hard a planted bug is to find, and so how many seeds it may take. `C`: only a crash at one very moment shows it, which the sweep finds. */
export type Tier = 'A' | 'B' | 'C';

export const tiers: readonly Tier[] = ['A', 'B', 'C'];

/** Seeds, each sailed in all of a mutant's scenarios, within which it must be found. */
export const seedBudgets: Readonly<Record<Tier, number>> = { A: 1000, B: 100_000, C: 100_000 };

/** A planted bug. Applied when the code of a run is bundled, never shipped. */
export interface Mutant {
  readonly id: string;
  readonly title: string;
  /** Path from the root of the repository, with slashes. */
  readonly file: string;
  /** Must be there exactly once, else the mutant is stale. */
  readonly find: string;
  readonly replace: string;
  /** The invariants that should catch it. */
  readonly invariants: readonly string[];
  /** The fault that it needs to show. */
  readonly fault: string;
  /**
   * The faults that it needs together, each by its labels on the tape, parted by spaces. Without the draws of any one of them, it is not
   * found.
   */
  readonly faults: readonly string[];
  readonly tier: Tier;
  /** Where it can show; empty stands for all scenarios. */
  readonly scenarios: readonly string[];
  /**
   * Of a bug in the harness itself: another mutant, which is found without this one, and must no longer be found with it. Noticed
   * so, this one is killed by the kill rate.
   */
  readonly blinds: string | undefined;
  /** Whether its survival fails the command. Only `"required": false` says no. */
  readonly required: boolean;
}

/** A mutant file cannot be used. The message is one line and names the file. */
export class MutantFileError extends Error {
  readonly code = 'MUTANT_FILE_INVALID';
  override readonly name = 'MutantFileError';
}

/** All mutants below `folder`, by file name. None when there is no such folder. */
export function loadMutants(folder: string): readonly Mutant[] {
  const mutants: Mutant[] = [];
  for (const path of mutantPaths(folder)) {
    try {
      mutants.push(decodeMutant(JSON.parse(readFileSync(path, 'utf8'))));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new MutantFileError(`${path} is no mutant file: ${reason}`, { cause });
    }
  }
  const ids = mutants.map(({ id }) => id);
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw new MutantFileError(`${folder} holds two mutants called ${repeated}`);
  return mutants;
}

/** @throws FieldError */
export function decodeMutant(json: unknown): Mutant {
  const fields = asRecord(json);
  if (fields === undefined) throw new FieldError('mutant', 'a JSON object');
  const tier = tiers.find((known) => known === (fields['tier'] ?? 'A'));
  if (tier === undefined) throw new FieldError('tier', 'A, B or C');
  const required = fields['required'] ?? true;
  if (typeof required !== 'boolean') throw new FieldError('required', 'true or false');
  const find = textListField(fields, 'find').join('\n');
  if (find === '') throw new FieldError('find', 'some text');
  return {
    id: textField(fields, 'id'),
    title: fields['title'] === undefined ? '' : textField(fields, 'title'),
    file: textField(fields, 'file'),
    find,
    replace: textListField(fields, 'replace').join('\n'),
    invariants: textListField(fields, 'invariant'),
    fault: fields['fault'] === undefined ? '' : textField(fields, 'fault'),
    faults: fields['faults'] === undefined ? [] : textListField(fields, 'faults'),
    tier,
    scenarios: fields['scenarios'] === undefined ? [] : textListField(fields, 'scenarios'),
    blinds: fields['blinds'] === undefined ? undefined : textField(fields, 'blinds'),
    required,
  };
}

/** The text with the bug in it; undefined when the mutant is stale. */
export function applyMutant(mutant: Mutant, text: string): string | undefined {
  const parts = text.split(mutant.find);
  return parts.length === 2 ? parts.join(mutant.replace) : undefined;
}

function mutantPaths(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json') && name !== requiredFileName && !isHidden(name))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** What commands leave behind stands in a folder whose name begins with a dot. */
function isHidden(path: string): boolean {
  return path.split(/[/\\]/).some((part) => part.startsWith('.'));
}
