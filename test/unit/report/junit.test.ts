import { expect, test } from 'vitest';
import type {
  CampaignDocument,
  FailureReport,
  ScenarioFigures,
} from '../../../sim/campaign/campaign-document.js';
import { githubAnnotation } from '../../../sim/report/github-annotation.js';
import { junitXml } from '../../../sim/report/junit.js';

const failure: FailureReport = {
  invariant: 'acked-is-kept',
  scenario: 'storm',
  seed: 7,
  count: 1,
  subject: 'log/1',
  message: '100 % of <a> & "b": lost,\nall',
  fingerprint: null,
  event: null,
  atMs: null,
  lastEvents: [],
  command: 'seaworthy replay 7 --scenario storm',
  file: null,
  shrunk: null,
};

const scenario: ScenarioFigures = {
  name: 'storm',
  schema: 1,
  runs: 2,
  events: 2,
  virtualMs: 2,
  workerMs: 1500,
  seeds: [],
  orderShare: null,
  faults: {},
  invariants: { 'acked-is-kept': 2, 'no-dead-knob': 1 },
  sometimes: {},
  coverage: { declared: 0, reached: 0, neverTried: [], undeclared: [] },
  seenIn: {},
};

const campaign: CampaignDocument = {
  schema: 'seaworthy.campaign.v1',
  build: 'b',
  mutant: null,
  parameters: {},
  firstSeed: 1,
  shard: '1/1',
  workers: 1,
  scenarios: [scenario],
  runs: 2,
  events: 2,
  virtualMs: 2,
  wallMs: 2,
  faults: {},
  invariants: {},
  sometimes: {},
  failures: [failure, { ...failure, seed: 9 }],
  inconclusive: [],
  undecided: [],
  lost: null,
  writeErrors: [],
  combinedFingerprint: '',
  ended: 'complete',
  exit: 1,
};

test('a suite has a case for each invariant, and one failure element for all failures of one', () => {
  const xml = junitXml(campaign);
  expect(xml).toContain('<testsuite name="storm" tests="2" failures="1" errors="0" skipped="0" time="1.5">');
  expect(xml).toContain('<testcase classname="storm" name="no-dead-knob"/>');
  expect(xml.match(/<failure /g)).toHaveLength(1);
  expect(xml).toContain('seed 9');
});

test('what a message holds is escaped in the attribute and in the card', () => {
  expect(junitXml(campaign)).toContain('message="100 % of &lt;a&gt; &amp; &quot;b&quot;: lost,&#10;all"');
});

test('an annotation is one line, and its title ends where it says', () => {
  const line = githubAnnotation({ ...failure, scenario: 'a:b,c' });
  expect(line).toMatch(/^::error title=acked-is-kept in a%3Ab%2Cc::FAIL acked-is-kept/);
  expect(line).not.toMatch(/[\r\n]/);
  expect(line).toContain('100 %25 of <a>');
});
