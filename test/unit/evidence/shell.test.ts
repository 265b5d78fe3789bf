import { expect, test } from 'vitest';
import type { EvidenceCommand } from '../../../src/evidence/command.js';
import { lookup } from '../../../src/evidence/lookup.js';
import { evidenceProjection } from '../../../src/evidence/projection.js';
import { Room } from '../../../src/node/room.js';
import { Shell } from '../../../src/node/shell.js';
import type { Ports } from '../../../src/runtime/ports.js';
import { cruelLoss, Sea } from '../log/sea.js';
import { evidence, record, release, written } from './fixtures.js';

const options = { directory: 'log', segmentBytes: 4096, snapshotEveryRecords: 4 };

/** One life of a node with nothing but an evidence cache of three. */
async function open(ports: Ports) {
  const room = new Room(evidenceProjection({ entriesMax: 3 }));
  const shell = await Shell.open(ports, options, [room]);
  return {
    submit: (command: EvidenceCommand) => shell.submit(room, command),
    ask: (evidenceId: string) => shell.read(() => lookup(room.state, evidenceId, evidence().fingerprint)),
    ids: () => [...room.state.held.keys()].sort(),
    capture: () => room.capture(),
    recovery: shell.recovery,
  };
}

test('E1: an outcome answers nobody before its record is durable', async () => {
  const sea = new Sea();
  const told: string[] = [];
  await sea.run(async (ports) => {
    const node = await open(ports);
    sea.disk.onSynced(() => told.push('synced'));
    const recorded = node.submit(record()).then(({ kind }) => told.push(kind));
    const answered = node.ask('evidence#1').then(({ kind }) => told.push(kind));
    await Promise.all([recorded, answered]);
  });
  expect(told.slice(-3)).toEqual(['synced', 'accepted', 'hit']);
});

test('E1: whatever port call a loss of power strikes, what was shown is still there', async () => {
  const ids = ['a', 'b', 'c'];
  const found = new Set<string>();
  for (let call = 1; ; call += 1) {
    const sea = new Sea({ seed: call, faults: cruelLoss });
    const shown: string[] = [];
    const end = await sea.live(
      async (ports) => {
        const node = await open(ports);
        for (const id of ids) {
          void node.submit(record({ evidenceId: id }));
          if ((await node.ask(id)).kind === 'hit') shown.push(id);
        }
      },
      { crash: 'power', crashPoint: { call, when: 'after' } },
    );
    if (end.kind === 'done') break;
    const held = await sea.run(async (ports) => (await open(ports)).ids());
    expect(held, `call ${call}`).toEqual(expect.arrayContaining(shown));
    expect(held).toEqual(ids.slice(0, held.length));
    found.add(held.join());
  }
  expect([...found].slice(0, 3)).toEqual(['', 'a', 'a,b']);
});

test('the reference’s evidence_persistence_handler_reuses_cached_outcomes_across_recovery', async () => {
  const sea = new Sea();
  let calls = 0;
  const run = async (ports: Ports) => {
    const node = await open(ports);
    const found = await node.ask('evidence#1');
    if (found.kind === 'hit') return found.outcome;
    calls += 1;
    await node.submit(record());
    return written;
  };
  expect([await sea.run(run, 'power'), await sea.run(run, 'power')]).toEqual([written, written]);
  expect(calls).toBe(1);
});

test('E3: from a snapshot and the log behind it, a restart knows what is needed and what may go', async () => {
  const sea = new Sea();
  const before = await sea.run(async (ports) => {
    const node = await open(ports);
    for (const id of ['a', 'b', 'c']) await node.submit(record({ evidenceId: id, operationId: id }));
    await node.submit(release('b'));
    await node.submit(record({ evidenceId: 'd', operationId: 'd' }));
    return node.capture();
  }, 'power');
  await sea.run(async (ports) => {
    const node = await open(ports);
    expect(node.recovery.snapshotLsn).toBeGreaterThan(0);
    expect(node.recovery.lastLsn).toBeGreaterThan(node.recovery.snapshotLsn);
    expect(node.capture()).toEqual(before);
    expect(node.ids()).toEqual(['a', 'c', 'd']);
    expect(await node.submit(record({ evidenceId: 'e' }))).toMatchObject({
      kind: 'refused',
      refusal: { code: 'EVIDENCE_CACHE_FULL' },
    });
  });
});
