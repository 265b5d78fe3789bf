import { describe, expect, test } from 'vitest';
import { addChecksum, takeChecksum } from '../../../src/codec/checksummed.js';
import { queueMsMax, transmitMsMax } from '../../../sim/world/network/link.js';
import { networkFaultKinds } from '../../../sim/world/network/network-faults.js';
import { always, choose, half } from './disk-bench.js';
import { NetworkBench } from './network-bench.js';

const nodes = ['ada', 'bob', 'eve'] as const;
const allWays = nodes.flatMap((from) => nodes.map((to) => `${from}>${to}`)).sort();

/** Everyone to everyone, themselves included. */
function greetAll(bench: NetworkBench): void {
  for (const from of nodes) for (const to of nodes) bench.send(from, to, 1);
}

function without(...ways: readonly string[]): readonly string[] {
  return allWays.filter((way) => !ways.includes(way));
}

describe.each(networkFaultKinds)('%s', (kind) => {
  test('does nothing on the benign tape', async () => {
    const bench = new NetworkBench({ faults: { [kind]: half } });
    bench.at(0, () => [1, 2, 3].forEach((value) => bench.send('ada', 'bob', value)));
    await bench.run();
    expect(bench.received.map(({ bytes, atMs }) => [bytes[0], atMs])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    expect(bench.count(kind)).toEqual([0, 0]);
  });

  test('never strikes what a node sends to itself', async () => {
    const bench = new NetworkBench({ faults: { [kind]: always } });
    bench.at(0, () => bench.send('ada', 'ada', 1));
    await bench.run();
    expect(bench.received).toEqual([{ from: 'ada', to: 'ada', bytes: [1], atMs: 1 }]);
    expect(bench.count(kind)).toEqual([0, 0]);
  });

  test('strikes no more after healing', async () => {
    const bench = new NetworkBench({ faults: { [kind]: always } });
    bench.at(0, () => {
      bench.network.heal();
      bench.send('ada', 'bob', 1);
    });
    await bench.run();
    expect(bench.received).toEqual([{ from: 'ada', to: 'bob', bytes: [1], atMs: 1 }]);
    expect(bench.count(kind)).toEqual([0, 0]);
  });
});

describe('single messages', () => {
  test('lost: it never arrives; that matters only where somebody listens', async () => {
    const bench = new NetworkBench({
      faults: { 'network.lost': half },
      source: choose(['network.lost', 1, 1], ['network.lost', 3, 1]),
    });
    bench.at(0, () => [1, 2, 3].forEach((value) => bench.send('ada', 'bob', value)));
    bench.at(1, () => bench.send('ada', 'nobody', 4));
    await bench.run();
    expect(bench.firstBytes('bob')).toEqual([1, 3]);
    expect(bench.count('network.lost')).toEqual([2, 1]);
    expect(bench.network.traffic).toEqual({ sent: 4, duplicated: 0, delivered: 2, dropped: 2, inFlight: 0 });
  });

  test('delayed: it is late, and so is what was sent after it', async () => {
    const bench = new NetworkBench({
      faults: { 'network.delayed': half },
      source: choose(['network.delayed', 1, 1], ['network.delayed.ms', 0, 90]),
    });
    bench.at(0, () => [1, 2, 3].forEach((value) => bench.send('ada', 'bob', value)));
    bench.at(0, () => bench.send('eve', 'bob', 4));
    await bench.run();
    expect(bench.received.map(({ bytes, atMs }) => [bytes[0], atMs])).toEqual([
      [1, 1],
      [4, 1],
      [2, 101],
      [3, 101],
    ]);
    expect(bench.count('network.delayed')).toEqual([1, 1]);
  });

  test('reordered: later messages overtake it, and only then it had an effect', async () => {
    const bench = new NetworkBench({
      faults: { 'network.reordered': half },
      source: choose(
        ['network.reordered', 0, 1],
        ['network.reordered.ms', 0, 20],
        ['network.reordered', 2, 1],
      ),
    });
    bench.at(0, () => [1, 2, 3].forEach((value) => bench.send('ada', 'bob', value)));
    await bench.run();
    expect(bench.firstBytes('bob')).toEqual([2, 3, 1]);
    expect(bench.count('network.reordered')).toEqual([2, 1]);
  });

  test('duplicated: copies come when they come', async () => {
    const bench = new NetworkBench({
      faults: { 'network.duplicated': half },
      source: choose(
        ['network.duplicated', 0, 1],
        ['network.duplicated.copies', 0, 1],
        ['network.duplicated.ms', 1, 50],
      ),
    });
    bench.at(0, () => [1, 2].forEach((value) => bench.send('ada', 'bob', value)));
    await bench.run();
    expect(bench.firstBytes('bob')).toEqual([1, 1, 2, 1]);
    expect(bench.count('network.duplicated')).toEqual([1, 1]);
    expect(bench.network.traffic).toEqual({ sent: 2, duplicated: 2, delivered: 4, dropped: 0, inFlight: 0 });
  });

  test('duplicated: who changes what it was handed does not change a copy', async () => {
    const bench = new NetworkBench({ faults: { 'network.duplicated': always } });
    const seen: (number | undefined)[] = [];
    bench.at(0, () => {
      bench.port('bob').receive((_, message) => {
        seen.push(message[0]);
        message.fill(0);
      });
      bench.send('ada', 'bob', 7);
    });
    await bench.run();
    expect(seen).toEqual([7, 7]);
  });

  test('corrupted: other bytes arrive, in every way there is, and a checksum tells', async () => {
    const lengths = new Set<string>();
    for (let seed = 1; seed <= 300; seed += 1) {
      const bench = new NetworkBench({ faults: { 'network.corrupted': always }, source: { seed } });
      const sound = addChecksum(Uint8Array.from({ length: seed % 9 }, (_, index) => index));
      bench.at(0, () => bench.port('ada').send('bob', sound));
      await bench.run();
      const [received] = bench.received;
      const bytes = Uint8Array.from(received?.bytes ?? []);
      lengths.add(bytes.length < sound.length ? 'cut' : 'whole');
      expect(bench.received).toHaveLength(1);
      expect(bytes).not.toEqual(sound);
      expect(takeChecksum(bytes)).toBeUndefined();
      expect(bench.count('network.corrupted')).toEqual([1, 1]);
    }
    expect(lengths).toEqual(new Set(['cut', 'whole']));
  });

  test('corrupted: an empty message has nothing to change', async () => {
    const bench = new NetworkBench({ faults: { 'network.corrupted': always } });
    bench.at(0, () => bench.send('ada', 'bob'));
    await bench.run();
    expect(bench.received.map(({ bytes }) => bytes)).toEqual([[]]);
    expect(bench.count('network.corrupted')).toEqual([0, 0]);
  });
});

describe('partitions', () => {
  test.each([
    ['network.partition-symmetric', ['ada', 'bob'], ['ada>eve', 'bob>eve', 'eve>ada', 'eve>bob']],
    ['network.partition-one-way', ['ada'], ['ada>bob', 'ada>eve']],
    ['network.partition-one-way', ['ada', 'bob'], ['ada>eve', 'bob>eve']],
    ['network.partition-isolate', ['bob'], ['ada>bob', 'bob>ada', 'bob>eve', 'eve>bob']],
  ] as const)('%s of %j', async (kind, inside, cut) => {
    const bench = new NetworkBench();
    bench.at(0, () => bench.network.part(kind, new Set(inside), 100)).at(99, () => greetAll(bench));
    await bench.run();
    expect(bench.ways()).toEqual(without(...cut));
    expect(bench.count(kind)).toEqual([1, 1]);
    expect(bench.network.traffic).toMatchObject({ sent: 9, dropped: cut.length, inFlight: 0 });
  });

  test('a drawn one parts the sender from the receiver, others by draw, and ends by itself', async () => {
    const sides = choose(['network.partition-symmetric', 0, 1], ['network.partition.side', 0, 1]);
    const bench = new NetworkBench({ faults: { 'network.partition-symmetric': half }, source: sides });
    bench.at(0, () => bench.send('ada', 'bob', 1)).at(1, () => greetAll(bench));
    await bench.run();
    expect(bench.ways()).toEqual(without('ada>bob', 'eve>bob', 'bob>ada', 'bob>eve'));
    bench.at(bench.simulation.nowMs + 50, () => greetAll(bench));
    await bench.run();
    expect(bench.ways()).toEqual(allWays);
    expect(bench.count('network.partition-symmetric')).toEqual([1, 1]);
  });

  test.each([
    [0, ['ada>bob', 'ada>eve', 'bob>ada', 'eve>ada']],
    [1, ['ada>bob', 'bob>ada', 'bob>eve', 'eve>bob']],
  ] as const)('a drawn isolation is of the sender or of the receiver: %d', async (who, cut) => {
    const source = choose(['network.partition-isolate', 0, 1], ['network.partition.isolated', 0, who]);
    const bench = new NetworkBench({ faults: { 'network.partition-isolate': half }, source });
    bench.at(0, () => bench.send('ada', 'bob', 1)).at(1, () => greetAll(bench));
    await bench.run();
    expect(bench.ways()).toEqual(without(...cut));
  });

  test('what is under way when it begins is cut off, and what was cut off stays so when it ends', async () => {
    const bench = new NetworkBench({
      faults: { 'network.delayed': half },
      source: choose(['network.delayed', 0, 1]),
    });
    bench.at(0, () => bench.send('ada', 'bob', 1));
    bench.at(5, () => bench.network.part('network.partition-isolate', new Set(['bob']), 50));
    bench.at(54, () => bench.send('ada', 'bob', 2)).at(55, () => bench.send('ada', 'bob', 3));
    await bench.run();
    expect(bench.firstBytes('bob')).toEqual([3]);
    expect(bench.count('network.partition-isolate')).toEqual([1, 1]);
  });

  test('one that nobody ran into had no effect', async () => {
    const bench = new NetworkBench();
    bench.at(0, () => bench.network.part('network.partition-isolate', new Set(['eve']), 50));
    bench.at(1, () => bench.send('ada', 'bob', 1));
    await bench.run();
    expect(bench.count('network.partition-isolate')).toEqual([1, 0]);
  });

  test('healing ends it', async () => {
    const bench = new NetworkBench();
    bench.at(0, () => bench.network.part('network.partition-isolate', new Set(['bob']), 5000));
    bench.at(1, () => bench.network.heal()).at(2, () => greetAll(bench));
    await bench.run();
    expect(bench.ways()).toEqual(allWays);
  });
});

describe('links', () => {
  test('clogged: one direction holds its messages back, and lets them go in order', async () => {
    const bench = new NetworkBench();
    bench.at(0, () => bench.network.clog('ada', 'bob', 100));
    bench.at(10, () => bench.send('ada', 'bob', 1)).at(90, () => bench.send('ada', 'bob', 2));
    bench.at(90, () => expect(bench.network.traffic).toMatchObject({ sent: 3, delivered: 1, inFlight: 2 }));
    bench.at(50, () => bench.send('bob', 'ada', 3)).at(100, () => bench.send('ada', 'bob', 4));
    await bench.run();
    expect(bench.received.map(({ bytes, atMs }) => [bytes[0], atMs])).toEqual([
      [3, 51],
      [1, 101],
      [2, 101],
      [4, 101],
    ]);
    expect(bench.count('network.clogged')).toEqual([1, 1]);
  });

  test('clogged: drawn, it holds the very message that it struck at', async () => {
    const bench = new NetworkBench({
      faults: { 'network.clogged': half },
      source: choose(['network.clogged', 0, 1]),
    });
    bench.at(0, () => bench.send('ada', 'bob', 1));
    await bench.run();
    expect(bench.received.map(({ atMs }) => atMs)).toEqual([51]);
  });

  test('clogged: healing releases what is held', async () => {
    const bench = new NetworkBench();
    bench.at(0, () => {
      bench.network.clog('ada', 'bob', 5000);
      bench.network.clog('ada', 'bob', 9000);
      bench.send('ada', 'bob', 1);
    });
    bench.at(7, () => bench.network.heal());
    await bench.run();
    expect(bench.received.map(({ atMs }) => atMs)).toEqual([8]);
    expect(bench.simulation.nowMs).toBe(8);
    expect(bench.count('network.clogged')).toEqual([1, 1]);
  });

  test('slow-link: messages pass one by one, by their size', async () => {
    const bench = new NetworkBench();
    bench.at(0, () => bench.network.slow('ada', 'bob', 1000, 10));
    bench.at(0, () => {
      bench.port('ada').send('bob', new Uint8Array(2048));
      bench.port('ada').send('bob', new Uint8Array(1));
      bench.port('bob').send('ada', new Uint8Array(2048));
    });
    bench.at(1000, () => bench.port('ada').send('bob', new Uint8Array(2048)));
    await bench.run();
    expect(bench.received.map(({ to, atMs }) => [to, atMs])).toEqual([
      ['ada', 1],
      ['bob', 21],
      ['bob', 22],
      ['bob', 1001],
    ]);
    expect(bench.count('network.slow-link')).toEqual([1, 1]);
  });

  test('slow-link: it has room for so much, and loses what finds it full', async () => {
    const bench = new NetworkBench();
    bench.at(0, () => {
      bench.network.slow('ada', 'bob', 1000, 200);
      for (let value = 0; value < 10; value += 1) bench.port('ada').send('bob', new Uint8Array(1_000_000));
    });
    await bench.run();
    const passed = Math.floor(queueMsMax / transmitMsMax) + 1;
    expect(bench.received).toHaveLength(passed);
    expect(bench.received.at(-1)?.atMs).toBe(passed * transmitMsMax + 1);
    expect(bench.network.traffic).toMatchObject({ sent: 10, delivered: passed, dropped: 10 - passed });
  });

  test('a clog that lets go more than a slow link has room for: what is lost is in flight no more', async () => {
    const bench = new NetworkBench();
    bench.at(0, () => {
      bench.network.clog('ada', 'bob', 100);
      bench.network.slow('ada', 'bob', 1000, 200);
      for (let value = 0; value < 10; value += 1) bench.port('ada').send('bob', new Uint8Array(100_000));
    });
    bench.at(99, () => expect(bench.network.traffic).toMatchObject({ dropped: 0, inFlight: 10 }));
    await bench.run();
    expect(bench.network.traffic).toEqual({ sent: 10, duplicated: 0, delivered: 3, dropped: 7, inFlight: 0 });
    expect([bench.count('network.clogged'), bench.count('network.slow-link')]).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  test('slow-link: drawn, and healed', async () => {
    const bench = new NetworkBench({
      faults: { 'network.slow-link': half },
      source: choose(['network.slow-link', 0, 1], ['network.slow-link.ms', 0, 900]),
    });
    bench.at(0, () => bench.port('ada').send('bob', new Uint8Array(1024)));
    bench.at(50, () => {
      bench.network.heal();
      bench.port('ada').send('bob', new Uint8Array(1024));
    });
    await bench.run();
    expect(bench.received.map(({ atMs }) => atMs)).toEqual([11, 51]);
  });
});
