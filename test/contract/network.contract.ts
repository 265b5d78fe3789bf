import { expect, test } from 'vitest';
import { messageBytesMax, MessageTooLarge, type Network, type NodeName } from '../../src/runtime/network.js';

/** A network without faults, and what a test may do with it. */
export interface NetworkBench {
  /** A new life under this name. */
  readonly connect: (name: NodeName) => Network;
  /** Resolves when nothing is under way any more. */
  readonly settle: () => Promise<void>;
}

export type WithNetwork = (use: (bench: NetworkBench) => Promise<void>) => Promise<void>;

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** What a node was told, as `from:bytes`. */
function inbox(network: Network): string[] {
  const told: string[] = [];
  network.receive((from, message) => void told.push(`${from}:${message.join()}`));
  return told;
}

/** The promises of `Network` that hold on every adapter, without faults. */
export function networkContract(name: string, withNetwork: WithNetwork): void {
  const on = (title: string, use: (bench: NetworkBench) => Promise<void>): void =>
    test(`${name}: ${title}`, async () => {
      expect.hasAssertions();
      await withNetwork(use);
    });

  on('a message arrives once, under the name of its sender', async ({ connect, settle }) => {
    const [ada, bob] = [connect('ada'), connect('bob')];
    expect([ada.self, bob.self]).toEqual(['ada', 'bob']);
    const [atAda, atBob] = [inbox(ada), inbox(bob)];
    ada.send('bob', bytes(1, 2, 3));
    ada.send('bob', bytes());
    await settle();
    expect(atBob).toEqual(['ada:1,2,3', 'ada:']);
    expect(atAda).toEqual([]);
  });

  on('where nothing goes wrong, messages of one sender arrive in order', async ({ connect, settle }) => {
    const [ada, bob] = [connect('ada'), connect('bob')];
    const atBob = inbox(bob);
    for (let index = 0; index < 100; index += 1) ada.send('bob', bytes(index));
    await settle();
    expect(atBob).toEqual(Array.from({ length: 100 }, (_, index) => `ada:${index}`));
  });

  on('nothing arrives within a send, not even at home', async ({ connect, settle }) => {
    const [ada, bob] = [connect('ada'), connect('bob')];
    const [atAda, atBob] = [inbox(ada), inbox(bob)];
    ada.send('ada', bytes(1));
    ada.send('bob', bytes(2));
    expect([...atAda, ...atBob]).toEqual([]);
    await settle();
    expect([...atAda, ...atBob]).toEqual(['ada:1', 'ada:2']);
  });

  on('a handler may send', async ({ connect, settle }) => {
    const [ada, bob] = [connect('ada'), connect('bob')];
    const atAda = inbox(ada);
    bob.receive((from, message) => bob.send(from, bytes(...message, 9)));
    ada.send('bob', bytes(1));
    await settle();
    expect(atAda).toEqual(['bob:1,9']);
  });

  on('the sender may change its bytes once they are sent', async ({ connect, settle }) => {
    const [ada, bob] = [connect('ada'), connect('bob')];
    const atBob = inbox(bob);
    for (const message of [bytes(1, 2), Buffer.from([3, 4])]) {
      ada.send('bob', message);
      message.fill(0);
    }
    await settle();
    expect(atBob).toEqual(['ada:1,2', 'ada:3,4']);
  });

  on('the receiver owns its bytes', async ({ connect, settle }) => {
    const [ada, bob, eve] = [connect('ada'), connect('bob'), connect('eve')];
    const message = bytes(1, 2);
    bob.receive((_, received) => void received.fill(0));
    const atEve = inbox(eve);
    ada.send('bob', message);
    ada.send('eve', message);
    await settle();
    expect(atEve).toEqual(['ada:1,2']);
    expect(message).toEqual(bytes(1, 2));
  });

  on('what is sent to nobody, or to who does not listen yet, is lost', async ({ connect, settle }) => {
    const [ada, bob] = [connect('ada'), connect('bob')];
    ada.send('nobody', bytes(1));
    ada.send('bob', bytes(2));
    await settle();
    const atBob = inbox(bob);
    ada.send('bob', bytes(3));
    await settle();
    expect(atBob).toEqual(['ada:3']);
  });

  on('the last receiver that was set is the one', async ({ connect, settle }) => {
    const [ada, bob] = [connect('ada'), connect('bob')];
    const [first, second] = [inbox(bob), inbox(bob)];
    ada.send('bob', bytes(1));
    await settle();
    expect([first, second]).toEqual([[], ['ada:1']]);
  });

  on('a message may have so many bytes, and no more', async ({ connect, settle }) => {
    const [ada, bob] = [connect('ada'), connect('bob')];
    const lengths: number[] = [];
    bob.receive((_, { length }) => void lengths.push(length));
    ada.send('bob', new Uint8Array(messageBytesMax));
    expect(() => ada.send('bob', new Uint8Array(messageBytesMax + 1))).toThrow(MessageTooLarge);
    await settle();
    expect(lengths).toEqual([messageBytesMax]);
  });

  on('who has closed neither sends nor receives, not even what is under way', async ({ connect, settle }) => {
    const [ada, bob] = [connect('ada'), connect('bob')];
    const [atAda, atBob] = [inbox(ada), inbox(bob)];
    ada.send('bob', bytes(1));
    bob.close();
    bob.close();
    bob.send('ada', bytes(2));
    const atBobAfter = inbox(bob);
    ada.send('bob', bytes(3));
    await settle();
    expect([...atAda, ...atBob, ...atBobAfter]).toEqual([]);
  });

  on('what was sent before closing is still sent', async ({ connect, settle }) => {
    const [ada, bob] = [connect('ada'), connect('bob')];
    const atBob = inbox(bob);
    ada.send('bob', bytes(1));
    ada.close();
    await settle();
    expect(atBob).toEqual(['ada:1']);
  });

  on('the next life of a name has the messages, also those under way', async ({ connect, settle }) => {
    const [ada, before] = [connect('ada'), connect('bob')];
    const [atAda, atBefore] = [inbox(ada), inbox(before)];
    ada.send('bob', bytes(1));
    const after = connect('bob');
    const atAfter = inbox(after);
    ada.send('bob', bytes(2));
    before.send('ada', bytes(3));
    before.close();
    after.send('ada', bytes(4));
    await settle();
    expect(atBefore).toEqual([]);
    expect(atAfter).toEqual(['ada:1', 'ada:2']);
    expect(atAda).toEqual(['bob:4']);
  });
}
