import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Disk, DiskFile } from '../../../src/runtime/disk.js';
import type { DiskFaults } from '../../../sim/world/disk/disk-faults.js';
import { DiskBench, half } from './disk-bench.js';

const names = ['a', 'b', 'c'] as const;
type Name = (typeof names)[number];

type Operation =
  | { readonly kind: 'create'; readonly name: Name }
  | { readonly kind: 'remove'; readonly name: Name }
  | { readonly kind: 'sync'; readonly name: Name }
  | { readonly kind: 'append'; readonly name: Name; readonly length: number; readonly value: number }
  | {
      readonly kind: 'writeAt';
      readonly name: Name;
      readonly offset: number;
      readonly length: number;
      readonly value: number;
    }
  | { readonly kind: 'truncate'; readonly name: Name; readonly length: number }
  | { readonly kind: 'rename'; readonly name: Name; readonly to: Name }
  | { readonly kind: 'syncDirectory' }
  | { readonly kind: 'power' }
  | { readonly kind: 'process' };

const name = fc.constantFrom(...names);
const length = fc.integer({ min: 1, max: 2000 });
const value = fc.integer({ min: 1, max: 255 });
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('create' as const), name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), name }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('sync' as const), name }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('append' as const), name, length, value }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('writeAt' as const),
      name,
      offset: fc.integer({ min: 0, max: 3000 }),
      length,
      value,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('truncate' as const), name, length: fc.nat(3000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rename' as const), name, to: name }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('syncDirectory' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('power' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('process' as const) }) },
);

const program = fc.array(operation, { maxLength: 80, size: 'max' });

/** What a file may be after a power loss: in each sector, one of the states since its last sync. */
interface ModelFile {
  states: Uint8Array[];
}

/** An independent idea of the disk: whole copies of everything, and no sectors. */
class Model {
  /** The states of the names since the last directory sync, oldest first. */
  names: Map<Name, ModelFile>[] = [new Map()];

  get now(): Map<Name, ModelFile> {
    return this.names.at(-1) ?? new Map();
  }

  rename(change: (names: Map<Name, ModelFile>) => void): void {
    const next = new Map(this.now);
    change(next);
    this.names.push(next);
  }
}

function content(file: ModelFile): Uint8Array {
  return file.states.at(-1) ?? new Uint8Array(0);
}

function written(old: Uint8Array, offset: number, bytes: Uint8Array): Uint8Array {
  const next = new Uint8Array(Math.max(old.length, offset + bytes.length));
  next.set(old);
  next.set(bytes, offset);
  return next;
}

function resized(old: Uint8Array, size: number): Uint8Array {
  const next = new Uint8Array(size);
  next.set(old.subarray(0, size));
  return next;
}

function sectorAt(bytes: Uint8Array, index: number): Uint8Array {
  return resized(bytes.subarray(index * 512, (index + 1) * 512), 512);
}

/** As `toEqual`, which takes long for many bytes. */
function isSame(left: Uint8Array | undefined, right: Uint8Array): boolean {
  return left !== undefined && Buffer.compare(left, right) === 0;
}

/** Whether `found` could be what a power loss has made of the states. */
function isLegal(found: Uint8Array, states: readonly Uint8Array[]): boolean {
  const sizes = states.map((state) => state.length);
  if (found.length < Math.min(...sizes) || found.length > Math.max(...sizes)) return false;
  return Array.from({ length: Math.ceil(found.length / 512) }, (_, index) => index).every((index) => {
    const inEnd = (index + 1) * 512 > found.length;
    const sector = sectorAt(found, index);
    return states.some((state) =>
      isSame(sectorAt(inEnd ? resized(state, found.length) : state, index), sector),
    );
  });
}

async function play(bench: DiskBench, operations: readonly Operation[]): Promise<void> {
  const model = new Model();
  let rest = operations;
  while (rest.length > 0) {
    const end = rest.findIndex(({ kind }) => kind === 'power' || kind === 'process');
    const life = end < 0 ? rest : rest.slice(0, end);
    const last = rest[end];
    const crash = last?.kind === 'power' || last?.kind === 'process' ? last.kind : undefined;
    await bench.live((disk) => playLife(bench, disk, model, life), crash);
    if (crash === 'power') judgePowerLoss(bench, model);
    judgeCache(bench, model);
    rest = end < 0 ? [] : rest.slice(end + 1);
  }
}

async function playLife(
  bench: DiskBench,
  disk: Disk,
  model: Model,
  operations: readonly Operation[],
): Promise<void> {
  const handles = new Map<ModelFile, DiskFile>();
  for (const step of operations) await playStep(bench, disk, model, handles, step);
}

async function playStep(
  bench: DiskBench,
  disk: Disk,
  model: Model,
  handles: Map<ModelFile, DiskFile>,
  step: Operation,
): Promise<void> {
  if (step.kind === 'syncDirectory') {
    await disk.syncDirectory('');
    model.names = [model.now];
    return;
  }
  if (step.kind === 'power' || step.kind === 'process') return;
  const file = model.now.get(step.name);
  if (step.kind === 'create') {
    if (file !== undefined) return;
    const created: ModelFile = { states: [new Uint8Array(0)] };
    handles.set(created, await disk.open(step.name, 'create'));
    model.rename((next) => next.set(step.name, created));
    return;
  }
  if (file === undefined) return;
  const handle = handles.get(file) ?? (await disk.open(step.name, 'existing'));
  handles.set(file, handle);
  switch (step.kind) {
    case 'remove':
      await disk.remove(step.name);
      model.rename((next) => next.delete(step.name));
      return;
    case 'rename':
      if (step.to === step.name) return;
      await disk.rename(step.name, step.to);
      model.rename((next) => {
        next.delete(step.name);
        next.set(step.to, file);
      });
      return;
    case 'append': {
      const bytes = new Uint8Array(step.length).fill(step.value);
      const count = await handle.append(bytes);
      file.states.push(written(content(file), content(file).length, bytes.subarray(0, count)));
      return;
    }
    case 'writeAt': {
      const bytes = new Uint8Array(step.length).fill(step.value);
      const count = await handle.writeAt(step.offset, bytes);
      file.states.push(written(content(file), step.offset, bytes.subarray(0, count)));
      return;
    }
    case 'truncate':
      await handle.truncate(step.length);
      // It cuts what is on the medium, whichever of the earlier states that is.
      file.states.push(...file.states.map((state) => resized(state, step.length)));
      return;
    case 'sync':
      await handle.sync();
      file.states = [content(file)];
      expect(isSame(bench.disk.promised(step.name), content(file))).toBe(true);
      expect(isSame(bench.disk.durable(step.name)?.content, content(file))).toBe(true);
  }
}

/** Checks that what is left is legal, and goes on from there. */
function judgePowerLoss(bench: DiskBench, model: Model): void {
  const found = bench.disk.paths().toSorted();
  const legal = model.names.filter((state) => [...state.keys()].toSorted().join() === found.join());
  expect(legal.length, `names ${found.join()}`).toBeGreaterThan(0);
  const matching = legal.find((state) =>
    [...state].every(([path, file]) => isLegal(bench.disk.cached(path) ?? new Uint8Array(0), file.states)),
  );
  expect(matching, 'some state of the names with legal content').toBeDefined();
  for (const [path, file] of matching ?? [])
    file.states = [(bench.disk.cached(path) ?? new Uint8Array(0)).slice()];
  model.names = [matching ?? new Map()];
}

function judgeCache(bench: DiskBench, model: Model): void {
  expect(bench.disk.paths().toSorted()).toEqual([...model.now.keys()].toSorted());
  for (const [path, file] of model.now) expect(isSame(bench.disk.cached(path), content(file))).toBe(true);
}

const losses: DiskFaults = {
  'disk.lost-unsynced': half,
  'disk.reordered': half,
  'disk.torn': half,
  'disk.lost-directory-entry': half,
  'disk.short-write': { numerator: 1, denominator: 8 },
};

test('what was synced survives every power loss, and what was not survives only as a legal mixture', async () => {
  const bitten = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(program, fc.nat(), async (steps, seed) => {
      const bench = new DiskBench({ faults: losses, source: { seed } });
      await play(bench, steps);
      for (const [kind, { effective }] of bench.simulation.faults.counts()) {
        bitten.set(kind, (bitten.get(kind) ?? 0) + effective);
      }
    }),
    { numRuns: 400 },
  );
  expect(
    [...bitten]
      .filter(([, effective]) => effective > 0)
      .map(([kind]) => kind)
      .toSorted(),
  ).toEqual(Object.keys(losses).toSorted());
});

test('on the benign tape everything survives every power loss', async () => {
  await fc.assert(
    fc.asyncProperty(program, async (steps) => {
      const bench = new DiskBench({ faults: losses });
      const before = new Map<string, Uint8Array>();
      const remember = (): void => {
        before.clear();
        for (const path of bench.disk.paths())
          before.set(path, (bench.disk.cached(path) ?? new Uint8Array()).slice());
      };
      const model = new Model();
      await bench.live(async (disk) => {
        await playLife(bench, disk, model, steps);
        remember();
      }, 'power');
      expect(bench.disk.paths()).toEqual([...before.keys()]);
      for (const [path, bytes] of before) expect(isSame(bench.disk.cached(path), bytes)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('a run on a disk is a function of its tape', async () => {
  await fc.assert(
    fc.asyncProperty(program, fc.nat(), async (steps, seed) => {
      const seeded = new DiskBench({ faults: losses, source: { seed } });
      await play(seeded, steps);
      const replayed = new DiskBench({
        faults: losses,
        source: { choices: seeded.simulation.tape.choices() },
      });
      await play(replayed, steps);
      expect(replayed.simulation.fingerprint()).toBe(seeded.simulation.fingerprint());
    }),
    { numRuns: 50 },
  );
});
