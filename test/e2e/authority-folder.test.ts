import { expect, test } from 'vitest';
import { AuthorityClient } from '../../src/node/authority/authority-client.js';
import { AuthorityNode } from '../../src/node/authority/authority-node.js';
import { Requests } from '../../src/requests/requests.js';
import { nodePorts } from '../../src/index.js';
import { loopbackNetwork } from '../../src/runtime/node/network.js';
import { authorityOptions, claimOf, granted, operation, told } from '../unit/node/authority-bench.js';
import { temporaryFolder } from '../temporary-folder.js';

const options = {
  ...authorityOptions,
  ownership: { ...authorityOptions.ownership, leaseTtlMs: 60_000 },
};

test('an authority in a folder is asked over the network of its process, and goes on where it was when it is opened again', async () => {
  const folder = temporaryFolder();
  const network = loopbackNetwork();
  const requests = new Requests(nodePorts(folder), network.connect('worker-1'));
  const authority = new AuthorityClient(requests, 'authority', { deadlineMs: 10_000 });

  const first = await AuthorityNode.open(nodePorts(folder), network.connect('authority'), options);
  const one = granted(await authority.claim(claimOf('worker-1#1')));
  granted(await authority.admit(one.capability, operation('o')));
  granted(await authority.release(one.capability));
  const before = await first.durableState();
  await first.close();

  // Asked while nobody is there, and answered when somebody is.
  const asked = authority.standing('o');
  const second = await AuthorityNode.open(nodePorts(folder), network.connect('authority'), options);
  expect(await second.durableState()).toEqual(before);
  expect(await asked).toEqual({ kind: 'open', operation: operation('o') });
  const two = granted(await authority.claim(claimOf('worker-1#2', 's', 1)));
  expect(two.capability.generation).toBe(one.capability.generation + 1);
  expect(told(await authority.admit(one.capability, operation('p')))).toBe('OWNERSHIP_FENCED');
  expect(granted(await authority.openOperations(two.capability, '', 10))).toEqual([operation('o')]);
  const settlement = { outcome: 'finalized', payload: Uint8Array.of(1) } as const;
  expect(granted(await authority.settle(two.capability, 'o', settlement))).toMatchObject({ generation: 1 });
  await second.close();
  requests.close();
  expect(requests.pending).toBe(0);
});

test('a secret that is none, and limits that are none, are refused before anything is written', async () => {
  const folder = temporaryFolder();
  const open = (changes: object) =>
    AuthorityNode.open(nodePorts(folder), loopbackNetwork().connect('authority'), { ...options, ...changes });
  await expect(open({ secret: new Uint8Array(31) })).rejects.toMatchObject({ code: 'REMOTE_UNSEALABLE' });
  await expect(open({ ledger: { openMax: 0, settledMax: 1, factsMax: 1 } })).rejects.toMatchObject({
    code: 'LEDGER_INVALID_LIMIT',
  });
});
