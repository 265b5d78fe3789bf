import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Ports } from '../src/runtime/ports.js';
import { LogFailed, SnapshotFailed } from '../src/log/errors.js';
import type { Log } from '../src/log/log.js';
import type { DiskFaults } from '../sim/world/disk/disk-faults.js';
import { bytes, cruelLoss, openAndCollect, readAll, Sea, type Told } from '../test/unit/log/sea.js';

const options = { directory: 'log', segmentBytes: 2048 };

const rarely = { numerator: 1, denominator: 60 };

/** All that an honest disk may do. */
const faults: DiskFaults = {
  ...cruelLoss,
  'disk.eio-write': rarely,
  'disk.eio-sync': rarely,
  'disk.marked-clean': { numerator: 1, denominator: 2 },
  'disk.no-space': rarely,
  'disk.stall': rarely,
  'disk.blocked': { numerator: 1, denominator: 10 },
};

type Command =
  | { readonly kind: 'append'; readonly lengths: readonly number[] }
  | { readonly kind: 'sync' | 'rotate' | 'snapshot' | 'compact' | 'read' };

interface Life {
  readonly commands: readonly Command[];
  readonly crash: 'process' | 'power';
  /** The port call around which the process dies, if it gets so far. */
  readonly call: number;
  readonly when: 'before' | 'after';
}

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      lengths: fc.array(fc.nat({ max: 700 }), { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'sync' as const,
        'rotate' as const,
        'snapshot' as const,
        'compact' as const,
        'read' as const,
      ),
    }),
  },
);

const life: fc.Arbitrary<Life> = fc.record({
  commands: fc.array(command, { minLength: 1, maxLength: 24, size: 'max' }),
  crash: fc.constantFrom('process' as const, 'power' as const),
  call: fc.integer({ min: 1, max: 150 }),
  when: fc.constantFrom('before' as const, 'after' as const),
});

/** What a log may and must hold. */
class Model {
  /** The text of each record by LSN - 1; those behind `ackedLsn` may be missing after a crash. */
  readonly appended: string[] = [];
  /** LSNs at which a batch ended. */
  readonly batchEnds = new Set([0]);
  ackedLsn = 0;
  snapshotLsn = 0;

  /** Checks what an opening told, and takes it as what is there. */
  judge({ log, records, snapshot }: Told): void {
    const lsn = snapshot?.lsn ?? 0;
    assert.deepEqual(records, this.appended.slice(lsn, log.lastLsn));
    assert.ok(
      log.lastLsn >= this.ackedLsn,
      `LSN ${this.ackedLsn} was acknowledged, ${log.lastLsn} is the last`,
    );
    assert.ok(this.batchEnds.has(log.lastLsn), `a batch is cut at LSN ${log.lastLsn}`);
    assert.ok(lsn >= this.snapshotLsn, `the snapshot went back to LSN ${lsn}`);
    assert.equal(snapshot?.text ?? 'state 0', `state ${lsn}`);
    this.appended.length = log.lastLsn;
    for (const end of this.batchEnds) if (end > log.lastLsn) this.batchEnds.delete(end);
    this.ackedLsn = log.lastLsn;
    this.snapshotLsn = lsn;
  }
}

async function obey(log: Log, model: Model, { commands }: Life, counts: { commands: number }): Promise<void> {
  for (const { kind, ...rest } of commands) {
    counts.commands += 1;
    switch (kind) {
      case 'append': {
        const lengths = 'lengths' in rest ? rest.lengths : [];
        const texts = lengths.map((length, index) => `${model.appended.length + index}`.padEnd(length, '.'));
        model.appended.push(...texts);
        model.batchEnds.add(model.appended.length);
        const { lastLsn } = log.append(texts.map(bytes));
        assert.equal(lastLsn, model.appended.length);
        void log.durable(lastLsn).then(
          () => {
            model.ackedLsn = Math.max(model.ackedLsn, lastLsn);
          },
          (error: unknown) => assert.ok(error instanceof LogFailed),
        );
        break;
      }
      case 'sync':
        await log.durable(log.lastLsn);
        break;
      case 'rotate':
        await log.rotate();
        break;
      case 'snapshot': {
        const lsn = log.durableLsn;
        await log.snapshot(lsn, bytes(`state ${lsn}`));
        model.snapshotLsn = lsn;
        break;
      }
      case 'compact':
        await log.compact();
        break;
      case 'read': {
        const { durableLsn, snapshotLsn } = log;
        const read = await readAll(log, snapshotLsn);
        assert.deepEqual(read, model.appended.slice(snapshotLsn, durableLsn));
        break;
      }
    }
  }
  await log.close();
}

test('a log under any commands and crashes holds what a list would', async () => {
  const counts = { commands: 0, deaths: 0, failures: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.array(life, { minLength: 2, maxLength: 8, size: 'max' }),
      async (seed, lives) => {
        const sea = new Sea({ seed, faults });
        const model = new Model();
        for (const one of lives) {
          const program = async (ports: Ports): Promise<void> => {
            try {
              const told = await openAndCollect(ports, options);
              model.judge(told);
              await obey(told.log, model, one, counts);
            } catch (error) {
              // A disk that fails ends this life; everything else is a fault of the log.
              if (!(error instanceof LogFailed || error instanceof SnapshotFailed)) throw error;
              counts.failures += 1;
            }
          };
          const { call, when, crash } = one;
          const end = await sea.live(program, { crash, crashPoint: { call, when } });
          if (end.kind === 'died') counts.deaths += 1;
        }
        sea.disk.heal();
        await sea.run(async (ports) => model.judge(await openAndCollect(ports, options)));
      },
    ),
    { numRuns: 400 },
  );
  expect(counts.commands).toBeGreaterThan(5000);
  expect(counts.deaths).toBeGreaterThan(200);
  expect(counts.failures).toBeGreaterThan(50);
});
