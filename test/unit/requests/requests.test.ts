import { describe, expect, test } from 'vitest';
import type { CborValue } from '../../../src/codec/cbor.js';
import { addChecksum } from '../../../src/codec/checksummed.js';
import type { Serve } from '../../../src/requests/ask.js';
import { encodeFrame } from '../../../src/requests/request-frame.js';
import { Requests } from '../../../src/requests/requests.js';
import { answersBytesMax, answersMax, inFlightMax } from '../../../src/requests/served-requests.js';
import { messageBytesMax } from '../../../src/runtime/network.js';
import { silentProbe } from '../../../src/runtime/probe.js';
import { FakeClock, settled } from '../remote/fake-clock.js';
import { ScriptedNetwork } from '../node/scripted-network.js';

/** One node whose messages a test carries by hand. */
function node(self: string, serve?: Serve, life = 1) {
  const clock = new FakeClock();
  const network = new ScriptedNetwork(self);
  const events: string[] = [];
  const probe = {
    ...silentProbe,
    event: (kind: string, fields: object) => void events.push(`${kind} ${JSON.stringify(fields)}`),
  };
  const entropy = { bytes: (length: number) => new Uint8Array(length).fill(life), below: () => 0 };
  const requests = new Requests({ clock, entropy, probe }, network, serve);
  return { clock, network, events, requests };
}

/** How an ask ends, as soon as it has. */
function watched(asked: Promise<CborValue>): { end: CborValue | undefined } {
  const watch: { end: CborValue | undefined } = { end: undefined };
  void asked.then(
    (answer) => void (watch.end = answer),
    (error: unknown) => void (watch.end = error instanceof Error ? error.message : 'no error'),
  );
  return watch;
}

const terms = { deadlineMs: 1000 };
const echo = (): { readonly serve: Serve; readonly served: CborValue[] } => {
  const served: CborValue[] = [];
  const serve: Serve = (from, body) => {
    served.push(body);
    return Promise.resolve([from, body]);
  };
  return { serve, served };
};

describe('a request', () => {
  test('is answered by the node that was asked, and then nothing is left of it', async () => {
    const asker = node('ada');
    const { serve, served } = echo();
    const server = node('bob', serve);
    const asked = watched(asker.requests.ask('bob', 'hello', terms));
    server.network.hand('ada', asker.network.message(0));
    await settled();
    expect(server.network.sent.map(({ to }) => to)).toEqual(['ada']);
    asker.network.hand('eve', server.network.message(0));
    await settled();
    expect(asked.end).toBeUndefined();
    asker.network.hand('bob', server.network.message(0));
    await settled();
    expect(asked.end).toEqual(['ada', 'hello']);
    expect(served).toEqual(['hello']);
    expect([asker.requests.pending, asker.clock.timers]).toEqual([0, 0]);
    asker.network.hand('bob', server.network.message(0));
  });

  test('is sent again and again, ever more seldom, and has timed out at its deadline, not before', async () => {
    const asker = node('ada');
    const asked = watched(asker.requests.ask('bob', 'hello', terms));
    const sends: number[] = [];
    for (let ms = 0; ms < 999; ms += 1) {
      await asker.clock.pass(1);
      sends[asker.network.sent.length] ??= ms + 1;
    }
    expect(sends).toEqual([undefined, 1, 50, 150, 350, 750]);
    expect(asked.end).toBeUndefined();
    await asker.clock.pass(1);
    expect(asked.end).toBe('`bob` has not answered within 1000 ms');
    expect([asker.requests.pending, asker.clock.timers, asker.network.sent.length]).toEqual([0, 0, 5]);
  });

  test('is the same each time that it is sent, and another one has another number', async () => {
    const asker = node('ada');
    void watched(asker.requests.ask('bob', 'hello', terms));
    void watched(asker.requests.ask('bob', 'hello', terms));
    await asker.clock.pass(50);
    expect(asker.network.message(2)).toEqual(asker.network.message(0));
    expect(asker.network.message(1)).not.toEqual(asker.network.message(0));
  });

  test('that is cancelled ends at once, and so does one that was cancelled before', async () => {
    const asker = node('ada');
    const cancelling = new AbortController();
    const asked = watched(asker.requests.ask('bob', 1, { ...terms, signal: cancelling.signal }));
    cancelling.abort();
    await settled();
    expect(asked.end).toBe('the request to `bob` was cancelled');
    expect([asker.requests.pending, asker.clock.timers]).toEqual([0, 0]);
    const late = asker.requests.ask('bob', 1, { ...terms, signal: cancelling.signal });
    await expect(late).rejects.toMatchObject({ code: 'REQUEST_CANCELLED', to: 'bob' });
    expect(asker.network.sent).toHaveLength(1);
  });

  test('of a node that is closed ends at once', async () => {
    const asker = node('ada');
    const asked = watched(asker.requests.ask('bob', 1, terms));
    asker.requests.close();
    await settled();
    expect(asked.end).toBe('this node asks nobody any more');
    expect([asker.requests.pending, asker.clock.timers, asker.network.isClosed]).toEqual([0, 0, true]);
    await expect(asker.requests.ask('bob', 1, terms)).rejects.toMatchObject({ code: 'REQUESTS_CLOSED' });
  });

  test('that does not fit into a message is refused, and never sent', async () => {
    const asker = node('ada');
    const large = new Uint8Array(messageBytesMax);
    await expect(asker.requests.ask('bob', large, terms)).rejects.toMatchObject({
      code: 'MESSAGE_TOO_LARGE',
    });
    expect([asker.network.sent.length, asker.requests.pending, asker.clock.timers]).toEqual([0, 0, 0]);
  });

  test('whose answer does not fit into a message is told so', async () => {
    const asker = node('ada');
    const server = node('bob', () => Promise.resolve(new Uint8Array(messageBytesMax)));
    const asked = asker.requests.ask('bob', 1, terms);
    server.network.hand('ada', asker.network.message(0));
    await settled();
    asker.network.hand('bob', server.network.message(0));
    await expect(asked).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
  });

  test('of an earlier life is not answered to a later one, which counts anew', async () => {
    const { serve } = echo();
    const server = node('bob', serve);
    const first = node('ada', undefined, 1);
    void watched(first.requests.ask('bob', 'of the first', terms));
    server.network.hand('ada', first.network.message(0));
    await settled();
    const second = node('ada', undefined, 2);
    const asked = watched(second.requests.ask('bob', 'of the second', terms));
    second.network.hand('bob', server.network.message(0));
    server.network.hand('ada', second.network.message(0));
    await settled();
    expect(asked.end).toBeUndefined();
    second.network.hand('bob', server.network.message(1));
    await settled();
    expect(asked.end).toEqual(['ada', 'of the second']);
  });
});

describe('a request that comes again', () => {
  test('waits for the one that is carried out, and after that is answered with the same bytes', async () => {
    const asker = node('ada');
    const finish: (() => void)[] = [];
    const server = node('bob', () => new Promise((resolve) => finish.push(() => resolve('done'))));
    void watched(asker.requests.ask('bob', 1, terms));
    for (let time = 0; time < 3; time += 1) server.network.hand('ada', asker.network.message(0));
    await settled();
    expect([finish.length, server.network.sent.length]).toEqual([1, 0]);
    finish[0]?.();
    await settled();
    expect(server.network.sent).toHaveLength(1);
    server.network.hand('ada', asker.network.message(0));
    await settled();
    expect([finish.length, server.network.sent.length]).toEqual([1, 2]);
    expect(server.network.message(1)).toEqual(server.network.message(0));
  });

  test('from another node, or of another life, is another one', async () => {
    const { serve, served } = echo();
    const server = node('bob', serve);
    const first = node('ada', undefined, 1);
    const second = node('ada', undefined, 2);
    void watched(first.requests.ask('bob', 1, terms));
    void watched(second.requests.ask('bob', 2, terms));
    server.network.hand('ada', first.network.message(0));
    server.network.hand('eve', first.network.message(0));
    server.network.hand('ada', second.network.message(0));
    await settled();
    expect(served).toEqual([1, 1, 2]);
  });

  test('after the server could say nothing of it is carried out again, and the probe is told why', async () => {
    const asker = node('ada');
    let isDown = true;
    const server = node('bob', () => (isDown ? Promise.reject(new Error('no disk')) : Promise.resolve('up')));
    void watched(asker.requests.ask('bob', 1, terms));
    server.network.hand('ada', asker.network.message(0));
    await settled();
    expect(server.network.sent).toEqual([]);
    expect(server.events).toEqual(['requests.unanswered {"from":"ada","reason":"Error: no disk"}']);
    isDown = false;
    server.network.hand('ada', asker.network.message(0));
    await settled();
    expect(server.network.sent).toHaveLength(1);
  });

  test('is known as long as so many answers have not been given since', async () => {
    const asker = node('ada');
    const { serve, served } = echo();
    const server = node('bob', serve);
    for (let number = 0; number <= answersMax; number += 1) {
      void watched(asker.requests.ask('bob', number, terms));
      server.network.hand('ada', asker.network.message(number));
      await settled();
    }
    server.network.hand('ada', asker.network.message(1));
    server.network.hand('ada', asker.network.message(0));
    await settled();
    expect(served).toHaveLength(answersMax + 2);
    expect(served.at(-1)).toBe(0);
  });
});

test('answers are remembered up to so many bytes of them', async () => {
  const asker = node('ada');
  const large = new Uint8Array(messageBytesMax - 100);
  const served: CborValue[] = [];
  const server = node('bob', (_from, body) => {
    served.push(body);
    return Promise.resolve(large);
  });
  const fitting = Math.floor(answersBytesMax / messageBytesMax);
  for (let number = 0; number <= fitting; number += 1) {
    void watched(asker.requests.ask('bob', number, terms));
    server.network.hand('ada', asker.network.message(number));
    await settled();
  }
  server.network.hand('ada', asker.network.message(1));
  await settled();
  expect(served).toHaveLength(fitting + 1);
  server.network.hand('ada', asker.network.message(0));
  await settled();
  expect(served.at(-1)).toBe(0);
});

describe('a node that is asked', () => {
  test('drops what was changed on the way, or is no request, and tells the probe', async () => {
    const asker = node('ada');
    const { serve, served } = echo();
    const server = node('bob', serve);
    void watched(asker.requests.ask('bob', 'hello', terms));
    const changed = asker.network.message(0);
    changed[3] = (changed[3] ?? 0) ^ 1;
    server.network.hand('ada', changed);
    server.network.hand('ada', addChecksum(Uint8Array.of(1)));
    server.network.hand('ada', new Uint8Array(0));
    const id = { life: 'not a life', number: 1 };
    server.network.hand('ada', encodeFrame({ kind: 'request', id, body: 1 }));
    await settled();
    expect([served, server.network.sent]).toEqual([[], []]);
    expect(server.events.map((event) => /"reason":"(\w+)"/.exec(event)?.[1])).toEqual([
      'corrupt',
      'malformed',
      'corrupt',
      'malformed',
    ]);
  });

  test('carries out so many at once, and tells nobody anything once it is closed', async () => {
    const asker = node('ada');
    const finish: (() => void)[] = [];
    const server = node('bob', () => new Promise((resolve) => finish.push(() => resolve(1))));
    for (let number = 0; number <= inFlightMax; number += 1) {
      void watched(asker.requests.ask('bob', number, terms));
      server.network.hand('ada', asker.network.message(number));
    }
    expect([finish.length, server.events]).toEqual([inFlightMax, ['requests.busy {"from":"ada"}']]);
    finish[0]?.();
    await settled();
    expect(server.network.sent).toHaveLength(1);
    server.requests.close();
    for (const each of finish) each();
    server.network.hand('ada', asker.network.message(0));
    await settled();
    expect([server.network.sent.length, finish.length]).toEqual([1, inFlightMax]);
  });

  test('and serves nobody is silent', async () => {
    const asker = node('ada');
    const other = node('bob');
    void watched(asker.requests.ask('bob', 1, terms));
    other.network.hand('ada', asker.network.message(0));
    await settled();
    expect(other.network.sent).toEqual([]);
  });
});
