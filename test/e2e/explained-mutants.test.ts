import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { bundleMutants } from '../../sim/campaign/bundle-worker.js';
import { causalChain } from '../../sim/campaign/causal-chain.js';
import { loadMutants } from '../../sim/campaign/mutant.js';
import { shrinkFailure } from '../../sim/campaign/shrink-failure.js';
import { temporaryFolder } from '../temporary-folder.js';

const rootFolder = join(import.meta.dirname, '../..');
const mutants = loadMutants(join(rootFolder, 'sim/campaign/mutants'));
const folder = temporaryFolder();

/** A planted bug, a seed that shows it, and what its explanation has to name. */
interface Planted {
  readonly id: string;
  readonly scenario: string;
  readonly seed: number;
  readonly trialsMax: number;
  /** Sentences of the chain, in order: what led to the bug, and where it acted. */
  readonly tells: readonly RegExp[];
  /** What the correct engine would have done in between, and no sentence may tell. */
  readonly tellsNot?: RegExp;
  /** Labels of choices without which it does not show. */
  readonly needs: readonly string[];
}

const planted: readonly Planted[] = [
  {
    // Acknowledged after the write, before the sync.
    id: 'W1',
    scenario: 'log-crash-storm',
    seed: 0,
    trialsMax: 50,
    tells: [
      /^node writes 512 bytes to log\/segment-\S+ at 512\.$/,
      /^node takes its log for durable up to record 1\.$/,
      /^client-0 is told that record 1 is durable\.$/,
      /a sync had promised it/,
    ],
    needs: [],
  },
  {
    // A new file is not synced before its name is used.
    id: 'S1',
    scenario: 'log-crash-storm',
    seed: 31,
    trialsMax: 250,
    tells: [
      /^node writes \d+ bytes to log\/snapshot-\S+\.tmp at 0\.$/,
      /^node renames log\/snapshot-\S+\.tmp\.$/,
      /^node crashes .*\(power\)\.$/,
      /disk\.lost-unsynced/,
      /^node refuses to go on: LOG_DAMAGED\.$/,
    ],
    tellsNot: /^node syncs log\/snapshot-\S+\.tmp/,
    needs: ['swarm.disk.lost-unsynced', 'disk.lost-unsynced', 'crash.kind', 'crash.moment'],
  },
  {
    // A guarded effect acts while its intent is still on its way to the disk.
    id: 'J5',
    scenario: 'ambiguous-charge',
    seed: 0,
    trialsMax: 100,
    tells: [
      /^The program of client-0\.op-0 calls pay#0 .*guarded/,
      /^The outside is asked for pay#0 of client-0\.op-0/,
      /^The outside does pay#0 of client-0\.op-0/,
    ],
    tellsNot: /is about to do pay#0|pay#0 of client-0\.op-0 is intent/,
    needs: [],
  },
  {
    // A gate opens at any level.
    id: 'D6',
    scenario: 'calm',
    seed: 1,
    trialsMax: 100,
    tells: [
      /client-0\/op-0 goes from none to provisional/,
      /^client-0 asks: cross_gate.*workload\.step/,
      /client-0\/op-0 passed a gate to coro:0, at finalized/,
      /gate at finalized crossed at level provisional/,
    ],
    tellsNot: /from provisional to|to finalized/,
    needs: ['workload.astray', 'workload.step'],
  },
  {
    // The gate opens on append.
    id: 'V1',
    scenario: 'calm',
    seed: 1,
    trialsMax: 100,
    tells: [/^client-0 passes the gate of client-0\/op-0 to coro:sync/, /before the crossing was durable/],
    tellsNot: /^It is on record at node that client-0\/op-0 passed a gate/,
    needs: ['workload.steps'],
  },
  {
    // The store acts before it is durable that it has begun.
    id: 'K3',
    scenario: 'everything',
    seed: 0,
    trialsMax: 80,
    tells: [
      /^worker-1 sends remote work [0-9a-f]{32} for segment-client\.segment-1\.eviction/,
      /^worker-1 sends message \d+ to store\.$/,
      /^Message \d+ of worker-1 reaches store\.$/,
      /^store does the work [0-9a-f]{32} /,
    ],
    tellsNot: /work \S+ has begun/,
    needs: [],
  },
  {
    // Every life of a worker has the same owner id.
    id: 'O6',
    scenario: 'everything',
    seed: 4,
    trialsMax: 60,
    tells: [
      /^worker-1 crashes at the end of life \d+ \(process\)\.$/,
      /^worker-1 asks the authority for claim of session-1 as worker-1#1, generation 0\.$/,
      /^worker-1 counts on its lease of session-1/,
      /granted to a former life of it/,
    ],
    tellsNot: /worker-1#[^1]/,
    needs: [],
  },
  {
    // An operation is evicted before those who watch it were told.
    id: 'P8',
    scenario: 'barrier-under-retention',
    seed: 1,
    trialsMax: 250,
    tells: [
      /client-\d\.op-\d ended as completed/,
      /^node evicts client-\d\.op-\d\.$/,
      /before client-\d\/watch-\d+ was told its end/,
    ],
    tellsNot: /told by its watch of/,
    needs: ['workload.watch'],
  },
  {
    // The last message on an edge is the first to be received.
    id: 'T-order',
    scenario: 'session-traffic',
    seed: 6,
    trialsMax: 60,
    tells: [
      /a sent k to b in the protocol session 0/,
      /k was sent from a to b, at place 0/,
      /k was sent from a to b, at place 1/,
      /k was received from a by b, at place 0/,
    ],
    needs: ['protocol.steps'],
  },
  {
    // After a restart a sleeper waits until the time that its program reckons anew.
    id: 'Z11',
    scenario: 'approval-and-timer',
    seed: 3,
    trialsMax: 100,
    tells: [
      /^The disk of node has a fault: disk\.eio-sync/,
      /^node crashes at the end of life 1/,
      /^node recovers its log/,
      /^node sets a timer for \d+\.$/,
    ],
    needs: ['disk.eio-sync', 'plan.kind'],
  },
  {
    // Once a compensation has to be tried again, compensation begins again from the top.
    id: 'G4',
    scenario: 'order-saga',
    seed: 400,
    trialsMax: 50,
    tells: [
      /quay\.refuses/,
      /saga saga-client\.saga-1 goes back/,
      /quay\.fails/,
      /^reserve of the saga saga-client\.saga-1 is undone\.$/,
      /step 1 of the saga saga-client\.saga-1 is compensating/,
    ],
    needs: ['quay.refuses', 'quay.fails'],
  },
];

test.each(planted)('$id is explained by what was planted', async (bug) => {
  const { id, scenario, seed, trialsMax, tells, tellsNot = /^$/, needs } = bug;
  const mutant = mutants.find((known) => known.id === id);
  if (mutant === undefined) throw new Error(`there is no mutant ${id}`);
  const outputPath = join(folder, `${id}.mjs`);
  const entryPath = join(rootFolder, 'sim/cli/worker.ts');
  await bundleMutants([mutant], { rootFolder, entryPath, outputPath });
  const shrunk = await shrinkFailure(
    scenario,
    { seed },
    {
      entry: pathToFileURL(outputPath),
      hangMs: 60_000,
      parameters: {},
      workers: 1,
      trialsMax,
      isOver: () => false,
      onProgress: () => {},
    },
  );
  if (!('smallest' in shrunk)) throw new Error(`seed ${seed} of ${scenario} does not fail`);
  const words = causalChain(shrunk.smallest).links.map((link) => link.words);
  const places = placesInOrder(words, tells);
  const missing = tells.filter((_, index) => places[index] === -1);
  expect({ words, missing }).toMatchObject({ missing: [] });
  expect(words.filter((sentence) => tellsNot.test(sentence))).toEqual([]);
  const labels = shrunk.needed.filter(({ without }) => without !== 'same').map(({ choice }) => choice.label);
  expect(labels).toEqual(expect.arrayContaining([...needs]));
});

/** Where each pattern is found first after the one before it; -1 where it is not. */
function placesInOrder(words: readonly string[], patterns: readonly RegExp[]): readonly number[] {
  let from = 0;
  return patterns.map((pattern) => {
    const place = words.findIndex((sentence, index) => index >= from && pattern.test(sentence));
    if (place >= 0) from = place + 1;
    return place;
  });
}
