import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CampaignFindings, ScenarioFindings } from '../../../sim/campaign/campaign-findings.js';
import type { CertificateFigures, GatePart } from '../../../sim/campaign/certificate.js';
import { gateParts } from '../../../sim/campaign/certificate.js';
import { describeGate } from '../../../sim/campaign/describe-gate.js';
import { failureShareMax, gateVerdict, partVerdict } from '../../../sim/campaign/judge-gate.js';
import { judgeSeeds } from '../../../sim/campaign/judge-seeds.js';
import { seedsMeet } from '../../../sim/campaign/seeds-meet.js';
import type { Scenario } from '../../../sim/kernel/voyage.js';
import { plainPaint } from '../../../sim/report/paint.js';
import { certificateText } from '../../../sim/report/certificate-text.js';
import { certificateMarkdown } from '../../../sim/report/certificate-markdown.js';

const part = (changes: Partial<GatePart>): GatePart => ({
  name: 'seeds',
  done: 'sailed',
  broken: [],
  unchecked: [],
  harnessFault: false,
  wallMs: 1,
  ...changes,
});

const allHold = gateParts.map((name) => part({ name }));

/** All parts hold but the one of the same name. */
const butFor = (changed: GatePart): readonly GatePart[] =>
  allHold.map((one) => (one.name === changed.name ? changed : one));

describe('the verdict of a gate', () => {
  test('is seaworthy when every part holds', () => {
    expect(gateVerdict(allHold, undefined)).toEqual({ verdict: 'seaworthy', exit: 0 });
  });

  test.each(gateParts)('is not when %s is broken, unchecked, or was not asked', (name) => {
    const not = { verdict: 'not seaworthy', exit: 1 };
    expect(gateVerdict(butFor(part({ name, broken: ['a leak'] })), undefined)).toEqual(not);
    expect(gateVerdict(butFor(part({ name, unchecked: ['a hold'] })), undefined)).toEqual(not);
    expect(
      gateVerdict(
        allHold.filter((one) => one.name !== name),
        undefined,
      ),
    ).toEqual(not);
  });

  test('is not when it was stopped, or the harness failed, and the exit code says so', () => {
    expect(gateVerdict(allHold, 'SIGINT')).toEqual({ verdict: 'not seaworthy', exit: 130 });
    expect(gateVerdict(allHold, 'SIGTERM')).toEqual({ verdict: 'not seaworthy', exit: 143 });
    const faulty = butFor(part({ harnessFault: true }));
    expect(gateVerdict(faulty, undefined)).toEqual({ verdict: 'not seaworthy', exit: 3 });
  });

  test('what is broken outranks what could not be checked', () => {
    expect(partVerdict({ broken: ['a leak'], unchecked: ['a hold'] })).toBe('broken');
    expect(partVerdict({ broken: [], unchecked: ['a hold'] })).toBe('unchecked');
  });
});

const scenario: Scenario = {
  name: 'bay',
  summary: 'a bay',
  schema: 1,
  faults: ['wave'],
  invariants: ['level'],
  judgedFrom: { wave: 200, level: 20 },
  eventsMax: 10,
  timeMaxMs: 10,
  sail() {},
};

const figures = (changes: Partial<ScenarioFindings> = {}): ScenarioFindings => ({
  name: 'bay',
  schema: 1,
  runs: 100,
  seeds: [{ from: 0, to: 99, step: 1 }],
  faults: { wave: { fired: 2, effective: 1 } },
  invariants: { level: 5 },
  sometimes: {},
  ...changes,
});

const campaign = (
  scenarios: readonly ScenarioFindings[],
  changes: Partial<CampaignFindings> = {},
): CampaignFindings => ({
  build: '1+a',
  shard: '1/1',
  runs: 100,
  hasParameters: false,
  scenarios,
  failures: [],
  inconclusive: [],
  harnessFaults: [],
  ...changes,
});

const becalmed = { faults: { wave: { fired: 0, effective: 0 } } };

describe('seeds', () => {
  test('hold when all that is declared was seen, and bound the share of runs that fail', () => {
    const judgement = judgeSeeds([scenario], [campaign([figures()])]);
    expect(judgement).toMatchObject({ broken: [], unchecked: [], undecided: [], harnessFault: false });
    expect(judgement.scenarios[0]).toMatchObject({ runs: 100, failureShareMax: 0.03 });
  });

  test('are broken by any failure, and then bound nothing', () => {
    const failure = {
      invariant: 'level',
      scenario: 'bay',
      subject: 'hull',
      message: 'wet',
      command: 'replay 7',
    };
    const { broken, scenarios } = judgeSeeds([scenario], [campaign([figures()], { failures: [failure] })]);
    expect(broken).toEqual(['level in bay: wet: replay 7']);
    expect(scenarios[0]?.failureShareMax).toBeNull();
  });

  test('too few to miss something leave it unchecked, and ask for more', () => {
    const judgement = judgeSeeds([scenario], [campaign([figures(becalmed)])]);
    expect(judgement).toMatchObject({ broken: [], undecided: ['bay'] });
    expect(judgement.unchecked[0]).toContain('wave not seen in 100 runs, which may be chance below 200');
  });

  test('what no campaign saw in enough runs of all of them is a dead knob', () => {
    const both = [campaign([figures(becalmed)]), campaign([figures(becalmed)])];
    const judgement = judgeSeeds([scenario], both);
    expect(judgement).toMatchObject({ unchecked: [], undecided: [] });
    expect(judgement.broken).toEqual(['no-dead-knob in bay: fault wave never fired in 200 runs']);
    expect(judgeSeeds([scenario], [campaign([figures(becalmed)]), campaign([figures()])]).broken).toEqual([]);
  });

  test('an oracle that never checked anything is a dead knob', () => {
    const { broken } = judgeSeeds([scenario], [campaign([figures({ invariants: { level: 0 } })])]);
    expect(broken).toEqual(['no-dead-knob in bay: invariant level was never checked in 100 runs']);
  });

  test('of no run, or with runs that a limit cut, leave it unchecked', () => {
    expect(judgeSeeds([scenario], [campaign([])]).unchecked).toEqual(['bay was not sailed']);
    const cut = { scenario: 'bay', count: 2, command: 'replay 9' };
    const { unchecked } = judgeSeeds([scenario], [campaign([figures()], { inconclusive: [cut] })]);
    expect(unchecked).toEqual(['2 runs of bay were cut by a limit: replay 9']);
  });

  test('with a lost worker are no seeds', () => {
    const judgement = judgeSeeds([scenario], [campaign([figures()], { harnessFaults: ['it hung'] })]);
    expect(judgement).toMatchObject({ broken: ['it hung'], harnessFault: true });
  });
});

test('no failure in N runs bounds their share by 3 in N; none was sailed, or one failed, by nothing', () => {
  expect(failureShareMax(300, 0)).toBe(0.01);
  expect(failureShareMax(2, 0)).toBe(1);
  expect(failureShareMax(0, 0)).toBeNull();
  expect(failureShareMax(300, 1)).toBeNull();
});

test('two ranges of seeds meet when some seed is in both', () => {
  const range = fc
    .record({
      from: fc.nat(40),
      count: fc.integer({ min: 1, max: 12 }),
      step: fc.integer({ min: 1, max: 9 }),
    })
    .map(({ from, count, step }) => ({ from, to: from + (count - 1) * step, step }));
  const members = ({ from, to, step }: { from: number; to: number; step: number }): readonly number[] =>
    Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
  fc.assert(
    fc.property(range, range, (one, other) => {
      expect(seedsMeet(one, other)).toBe(members(one).some((seed) => members(other).includes(seed)));
    }),
  );
});

describe('the certificate', () => {
  const certified: CertificateFigures = {
    evidence: [{ folder: 'night', runs: 50, shard: '1/1' }],
    scenarios: judgeSeeds([scenario], [campaign([figures()])]).scenarios,
    sweep: [{ scenario: 'bay', points: 10, runs: 20, cutPoints: 3 }],
    runsSailedTwice: 5,
    regressions: 1,
    killRates: [
      { tier: 'A', planted: 3, killed: 3, known: 3 },
      { tier: 'B', planted: 0, killed: 0, known: 2 },
    ],
  };
  const context = {
    build: '1+a',
    mutant: undefined,
    firstSeed: 7,
    command: 'seaworthy gate --seed 7',
    stoppedBy: undefined,
    knobsJudged: 2,
  };

  test('tells how often each invariant was checked, and what a clean answer does not say', () => {
    const certificate = describeGate(allHold, certified, context);
    expect(certificate).toMatchObject({ verdict: 'seaworthy', exit: 0, firstSeed: 7 });
    expect(certificate.invariants).toEqual({ level: 5, 'no-dead-knob': 2, 'same-tape-same-trace': 5 });
    expect(certificate.limits.join('\n')).toMatch(/3 %[^]*3 crash points[^]*no recovery[^]*tier B, 2 of 2/);
  });

  test('on a terminal ends with the verdict and the line that asks again, and shows texts as they are', () => {
    const bad = butFor(part({ broken: ['level in bay: wet | <cold>'] }));
    const text = certificateText(describeGate(bad, certified, context), plainPaint);
    expect(text).toContain('Broken\n  seeds: level in bay: wet | <cold>\n\npart');
    expect(text).toMatch(/\n\nNot seaworthy {2}Build [^\n]*\n\nTo ask again\n {2}seaworthy gate --seed 7\n$/);
  });

  test('opens with the verdict, and ends with the line that asks again', () => {
    const good = certificateMarkdown(describeGate(allHold, certified, context));
    expect(good).toMatch(/^# Seaworthy\n[^]*seaworthy gate --seed 7\n```\n$/);
    const bad = butFor(part({ broken: ['level in bay: wet\nand | <cold>'] }));
    const text = certificateMarkdown(describeGate(bad, certified, context));
    expect(text).toMatch(/^# Not seaworthy\n/);
    expect(text).toContain('- seeds: level in bay: wet and \\| &lt;cold&gt;');
  });
});
