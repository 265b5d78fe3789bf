import { describe, expect, test } from 'vitest';
import { agreementWalOf, decodeArtifact } from '../../../src/agreement/artifact.js';
import type { AgreementCommand, WalSyncCommand } from '../../../src/agreement/command.js';
import type { AgreementContract, AgreementEvidence } from '../../../src/agreement/records.js';
import { AgreementNode } from '../../../src/node/agreement-node.js';
import { Sea } from '../log/sea.js';
import { failingSyncs, options } from './fixtures.js';

const operationId = 'op-1';

const contract: AgreementContract = {
  contractName: 'agreement:op-1',
  operationId,
  session: 1,
  ownerId: 'owner',
  profileName: null,
  visibility: 'blocked_until_finalized',
  rule: { kind: 'any_participant' },
  usableAt: 'finalized',
  finalizedAt: 'finalized',
  requiredEvidenceKind: 'publication',
};

const register: AgreementCommand = {
  kind: 'register',
  contract,
  participants: ['alpha'],
  prestate: {
    bindingId: 'prestate',
    operationId,
    session: 1,
    stateDigest: 'digest',
    epochRef: null,
    participantDigest: null,
  },
  tick: 1,
};

const witness: AgreementEvidence = {
  evidenceId: 'witness-alpha',
  operationId,
  session: 1,
  ownerId: 'alpha',
  level: 'soft_safe',
  kind: 'witness',
  reference: 'signed',
  authoritative: true,
};

const publication: AgreementEvidence = {
  ...witness,
  evidenceId: 'published',
  ownerId: 'owner',
  level: 'finalized',
  kind: 'publication',
};

const submitWitness: AgreementCommand = { kind: 'submit_evidence', operationId, evidence: witness, tick: 2 };

/** Publishes, finalizes and crosses the gate in one. */
const close: WalSyncCommand = {
  kind: 'wal_sync',
  request: {
    operationId,
    downstreamCoroutineId: 'coro:9',
    gateLevel: 'finalized',
    agreementState: {
      operationId,
      session: 1,
      ownerId: 'owner',
      contractName: 'agreement:op-1',
      level: 'finalized',
      finalization: 'finalized',
      evidenceIds: ['published'],
      lastUpdatedTick: null,
      reason: null,
    },
    agreementEvidence: [publication],
    tick: 3,
  },
  materializationProofId: 'proof-1',
  canonicalHandleId: 'handle-1',
};

async function reachSoftSafe(node: AgreementNode): Promise<void> {
  await node.submit(register);
  await node.submit(submitWitness);
  const levels = { previousLevel: 'provisional', newLevel: 'soft_safe' } as const;
  await node.submit({ kind: 'escalate', operationId, ...levels, evidenceId: null, tick: 2 });
}

describe('an operation', () => {
  test('climbs to finalized and opens its gate, and all of it is there after a loss of power', async () => {
    const sea = new Sea();
    await sea.run(async (ports) => {
      const node = await AgreementNode.open(ports, options);
      await reachSoftSafe(node);
      expect(await node.visible(operationId)).toMatchObject({ level: 'soft_safe', usable: false });
      expect(await node.sync(close)).toEqual({ status: 'success' });
    }, 'power');
    await sea.run(async (ports) => {
      const node = await AgreementNode.open(ports, options);
      expect(await node.visible(operationId)).toEqual({
        kind: 'registered',
        level: 'finalized',
        outcome: 'finalized',
        usable: true,
      });
      expect(node.plan.decisions).toMatchObject([
        { operationId, action: 'reuse_finalized', gateCrossed: true, gateLevel: 'finalized' },
      ]);
    });
  });

  test('R2: one that the snapshot finalized is in the plan, although nothing of it is behind the snapshot', async () => {
    const sea = new Sea();
    const often = { ...options, snapshotEveryRecords: 1 };
    await sea.run(async (ports) => {
      const node = await AgreementNode.open(ports, often);
      await reachSoftSafe(node);
      await node.sync(close);
      await ports.clock.sleep(1000);
      await node.submit(register);
    }, 'power');
    await sea.run(async (ports) => {
      const { plan } = await AgreementNode.open(ports, options);
      expect(plan.checkpointLsn).toBe(plan.recoveredLsn);
      expect(plan.decisions).toMatchObject([
        { operationId, action: 'reuse_finalized', checkpointLevel: 'finalized' },
      ]);
    });
  });

  test('that nobody registered is unknown', async () => {
    const visible = await new Sea().run(async (ports) =>
      (await AgreementNode.open(ports, options)).visible('nobody'),
    );
    expect(visible).toEqual({ kind: 'unknown' });
  });
});

describe('a sync request', () => {
  test.each([
    ['of an unknown operation', [], close, 'invalid_input'],
    ['before the rule is met', [register], close, 'contract_violation'],
    [
      'with evidence that contradicts what is recorded',
      [register, submitWitness],
      {
        ...close,
        request: { ...close.request, agreementEvidence: [{ ...witness, reference: 'forged' }] },
      },
      'invalid_evidence',
    ],
  ] as const)('%s fails with its kind', async (_case, before, request, kind) => {
    const outcome = await new Sea().run(async (ports) => {
      const node = await AgreementNode.open(ports, options);
      for (const command of before) await node.submit(command);
      return node.sync(request);
    });
    expect(outcome).toMatchObject({ status: 'failure', kind });
  });

  test('D5: on a disk that fails is told as unavailable, and after the restart the operation is as before', async () => {
    const sea = new Sea();
    const outcome = await sea.run(async (ports) => {
      const failing = failingSyncs(ports.disk);
      const node = await AgreementNode.open({ ...ports, disk: failing.disk }, options);
      await reachSoftSafe(node);
      failing.fail();
      const told = await node.sync(close);
      await expect(node.failure).resolves.toMatchObject({ code: 'NODE_STOPPED' });
      return told;
    });
    expect(outcome).toMatchObject({ status: 'failure', kind: 'unavailable' });
    const visible = await sea.run(async (ports) => {
      const node = await AgreementNode.open(ports, options);
      expect(await node.sync(close)).toEqual({ status: 'success' });
      return node.visible(operationId);
    });
    expect(visible).toMatchObject({ outcome: 'finalized' });
  });

  test('D4: on a disk that is not ready waits for it, and loses nothing', async () => {
    const sea = new Sea({ seed: 3, faults: { 'disk.blocked': { numerator: 1, denominator: 2 } } });
    const outcome = await sea.run(async (ports) => {
      const node = await AgreementNode.open(ports, options);
      await reachSoftSafe(node);
      return node.sync(close);
    });
    expect(outcome).toEqual({ status: 'success' });
    expect(sea.simulation.faults.counts().get('disk.blocked')?.effective).toBeGreaterThan(0);
  });
});

describe('the entries', () => {
  test('D30: are read by position, so that equal ticks lose nothing', async () => {
    const lsns = await new Sea().run(async (ports) => {
      const node = await AgreementNode.open(ports, options);
      await reachSoftSafe(node);
      const found: number[] = [];
      for await (const { lsn } of node.readSince(2)) found.push(lsn);
      return found;
    });
    expect(lsns).toEqual([3, 4]);
  });

  test('can be exported as an artifact, without what only the log needs', async () => {
    const bytes = await new Sea().run(async (ports) => {
      const node = await AgreementNode.open(ports, options);
      await reachSoftSafe(node);
      const exported = await node.exportSince(0);
      await node.close();
      return exported;
    });
    const kinds = agreementWalOf(decodeArtifact(bytes)).map(({ kind }) => kind);
    expect(kinds).toEqual(['escalation', 'evidence_produced', 'escalation']);
  });
});
