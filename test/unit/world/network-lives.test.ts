import { expect, test } from 'vitest';
import { choose, half } from './disk-bench.js';
import { NetworkBench } from './network-bench.js';

/** A bench whose first message takes 101 ms. */
function slowBench(): NetworkBench {
  return new NetworkBench({
    faults: { 'network.delayed': half },
    source: choose(['network.delayed', 0, 1], ['network.delayed.ms', 0, 90]),
  });
}

test('a message that arrives while its receiver is down is lost', async () => {
  const bench = slowBench();
  bench.at(0, () => bench.send('ada', 'bob', 1)).at(50, () => bench.process('bob').crash('test'));
  bench.at(200, () => bench.process('bob').start());
  await bench.run();
  expect(bench.received).toEqual([]);
  expect(bench.count('network.delayed')).toEqual([1, 0]);
  expect(bench.network.traffic).toEqual({ sent: 1, duplicated: 0, delivered: 0, dropped: 1, inFlight: 0 });
});

test('a message for a life that has ended arrives at the next one, when that listens by then', async () => {
  const bench = slowBench();
  const before = (): number | undefined => bench.process('bob').life?.incarnation;
  bench.at(0, () => bench.send('ada', 'bob', 1)).at(50, () => bench.restart('bob'));
  bench.at(60, () => expect(before()).toBe(2));
  await bench.run();
  expect(bench.received).toEqual([{ from: 'ada', to: 'bob', bytes: [1], atMs: 101 }]);
});

test('what a node sent before it died arrives; what its dead life sends does not', async () => {
  const bench = slowBench();
  bench.at(0, () => {
    const dead = bench.port('ada');
    dead.send('bob', Uint8Array.of(1));
    bench.process('ada').crash('test');
    dead.send('bob', Uint8Array.of(2));
  });
  await bench.run();
  expect(bench.firstBytes('bob')).toEqual([1]);
  expect(bench.network.traffic.sent).toBe(1);
});

test.each([
  ['before', []],
  ['after', [1]],
] as const)('a send is a port call: a life may end %s it', async (when, arrived) => {
  const bench = new NetworkBench();
  bench.at(0, () => bench.restart('ada', { call: 1, when }));
  bench.at(1, () => [1, 2].forEach((value) => bench.send('ada', 'bob', value)));
  await bench.run();
  expect(bench.process('ada').life).toBeUndefined();
  expect(bench.firstBytes('bob')).toEqual(arrived);
});

test('a life that ends in the moment of a delivery is not handed the message', async () => {
  const bench = new NetworkBench();
  bench.at(0, () => {
    bench.port('eve').receive(() => bench.restart('bob'));
    bench.send('ada', 'eve', 1);
    bench.send('ada', 'bob', 2);
  });
  await bench.run();
  expect(bench.firstBytes('bob')).toEqual([]);
  expect(bench.network.traffic).toMatchObject({ sent: 2, delivered: 2, inFlight: 0 });
});

test('a life that binds its name again gives up the port that it had', async () => {
  const bench = new NetworkBench();
  bench.at(0, () => {
    const [former, { life }] = [bench.port('ada'), bench.process('ada')];
    const latter = life === undefined ? former : bench.network.bind(life);
    former.send('bob', Uint8Array.of(1));
    latter.send('bob', Uint8Array.of(2));
    former.receive(() => {});
    bench.send('bob', 'ada', 3);
  });
  await bench.run();
  expect(bench.firstBytes('bob')).toEqual([2]);
  expect(bench.network.traffic).toMatchObject({ sent: 2, delivered: 1, dropped: 1 });
});

test('what a handler throws is uncaught in its node, and nothing of the network', async () => {
  const bench = new NetworkBench();
  bench.at(0, () => {
    bench.port('bob').receive(() => {
      throw new Error('bad handler');
    });
    bench.send('ada', 'bob', 1);
  });
  await expect(bench.run()).rejects.toThrow('bad handler');
  expect(bench.simulation.violation).toMatchObject({ invariant: 'nothing-uncaught', subject: 'bob' });
});

test('what a handler leaves behind when its life ends counts for nothing', async () => {
  const bench = new NetworkBench();
  bench.at(0, () => {
    bench.port('bob').receive(() => {
      bench.process('bob').crash('test');
      throw new Error('of the dead');
    });
    bench.send('ada', 'bob', 1);
  });
  await bench.run();
  expect(bench.simulation.violation).toBeUndefined();
});
