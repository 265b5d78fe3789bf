import { describe, expect, test } from 'vitest';
import type { Oracle } from '../../../sim/kernel/oracle.js';
import { cacheIsFold } from '../../../sim/oracles/cache-is-fold.js';
import type { Fact } from '../../../sim/oracles/facts.js';
import { recoverySoundness } from '../../../sim/oracles/recovery-soundness.js';
import { judge } from './judge.js';

const node = 'node';
const operation = 'op';
const evidence = 'e';

/** What is violated, in words, or 'holds'. */
async function sayOf(oracle: Oracle<Fact>, facts: readonly Fact[]): Promise<string> {
  return (await judge(oracle, facts)).message ?? 'holds';
}

const registered: Fact = { kind: 'log.contract', node, lsn: 1, operation };
const escalated = (next: 'provisional' | 'soft_safe' | 'finalized'): Fact => {
  return { kind: 'log.escalation', node, lsn: 2, operation, previous: 'none', next };
};
const finalized = (outcome: string): Fact => ({ kind: 'log.finalization', node, lsn: 3, operation, outcome });
const gate: Fact = { kind: 'log.gate', node, lsn: 4, operation, downstream: 'client', level: 'finalized' };
const certified: Fact = { kind: 'log.certified', node, lsn: 2, operation, evidence };
const recorded = (status = 'success', lsn = 2): Fact => {
  return { kind: 'log.evidence-recorded', node, lsn, operation, evidence, status, digest: 'd' };
};
const released: Fact = { kind: 'log.evidence-released', node, lsn: 3, operation };
const evicted = (lsn = 4): Fact => ({ kind: 'log.evidence-evicted', node, lsn, evidence });
type Decided = Extract<Fact, { kind: 'node.decided' }>;
const decided = (more: Partial<Decided> = {}): Decided => ({
  kind: 'node.decided',
  node,
  operation,
  action: 'reexecute_from_scratch',
  level: 'provisional',
  checkpointLevel: 'none',
  gateLevel: '',
  ...more,
});
const recovered: Fact = { kind: 'node.recovered', node, operations: 1 };
const answered: Fact = { kind: 'step.answered', node: 'program', operation, step: 's', answer: '1' };

describe('recovery-soundness', () => {
  const begun = [registered, escalated('provisional')];
  const done = [...begun, escalated('finalized'), finalized('finalized'), gate];
  const reuse = decided({ action: 'reuse_finalized', level: 'finalized', gateLevel: 'finalized' });

  test.each<readonly [string, readonly Fact[], string]>([
    ['what was begun is run again', [...begun, decided(), recovered, answered], 'holds'],
    ['what is finalized is reused', [...done, reuse, recovered], 'holds'],
    [
      'what was certified is resumed',
      [
        ...begun,
        certified,
        recorded(),
        escalated('soft_safe'),
        decided({ action: 'resume_from_evidence_boundary', level: 'soft_safe' }),
        recovered,
      ],
      'holds',
    ],
    [
      'what was forgotten is not missed',
      [...done, { kind: 'log.forgotten', node, lsn: 5, operation }, recovered],
      'holds',
    ],
    ['an operation is left out', [...begun, recovered], 'was registered, and recovery says nothing of it'],
    ['one is made up', [decided()], 'recovered as reexecute_from_scratch, and the log does not know it'],
    [
      'a level is lost',
      [...done, { ...reuse, level: 'soft_safe' }],
      'recovered at soft_safe, the log ends at finalized',
    ],
    [
      'the checkpoint was higher',
      [...begun, decided({ checkpointLevel: 'soft_safe' })],
      "recovered at provisional, below the checkpoint's soft_safe",
    ],
    [
      'a crossed gate is forgotten',
      [...done, { ...reuse, gateLevel: '' }],
      'recovered at finalized behind gate "", the log crossed "finalized"',
    ],
    [
      'what is finalized is run again',
      [...done, decided({ level: 'finalized', gateLevel: 'finalized' })],
      'is to reexecute_from_scratch, and the log asks for reuse_finalized',
    ],
    [
      'what was rejected is run again',
      [...begun, finalized('rejected'), decided()],
      'is to reexecute_from_scratch, and the log asks for preserve_terminal',
    ],
    [
      'R1: what was certified is run again',
      [...begun, certified, recorded(), escalated('soft_safe'), decided({ level: 'soft_safe' })],
      'is to reexecute_from_scratch, and the log asks for resume_from_evidence_boundary',
    ],
    [
      'what is reused runs its program all the same',
      [...done, reuse, recovered, answered],
      'its program runs, and it was to reuse_finalized',
    ],
  ])('%s', async (_, facts, verdict) => {
    expect(await sayOf(recoverySoundness(), facts)).toBe(verdict);
  });
});

describe('cache-is-fold', () => {
  const cache = (lsn: number, held: string): Fact => ({ kind: 'node.cache', node, lsn, held });

  test.each<readonly [string, readonly Fact[], string]>([
    ['what is held is what was recorded', [recorded(), cache(2, 'e=d')], 'holds'],
    ['what comes later is not yet there', [recorded('success', 5), cache(4, '')], 'holds'],
    ['what was released may be evicted', [recorded(), released, evicted(), cache(4, '')], 'holds'],
    ['a failure that stays may be held', [recorded('contract_violation')], 'holds'],
    [
      'E1: more is held than the log says',
      [recorded('success', 5), cache(4, 'e=d')],
      'at lsn 4 it holds e=d, the log holds ',
    ],
    ['something is lost', [recorded(), cache(3, '')], 'at lsn 3 it holds , the log holds e=d'],
    ['a failure that may pass is held', [recorded('timeout')], 'timeout is held, and may pass'],
    ['E3: what is needed is evicted', [recorded(), evicted()], 'evicted, and op needs it'],
  ])('%s', async (_, facts, verdict) => {
    expect(await sayOf(cacheIsFold(), facts)).toBe(verdict);
  });
});
