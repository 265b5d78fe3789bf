import type { CampaignDocument, FailureReport } from '../../../sim/campaign/campaign-document.js';

const acked = { kind: 'client.told', node: 'client', lsn: 3, again: false } as const;
const recorded = { index: 7, atMs: 40, event: acked };
const choice = { label: 'crash.on', occurrence: 0, value: 1, frame: 2, position: 5, atMs: 30, event: 6 };

export const failureReport: FailureReport = {
  identity: 'acked-durable/0123abcd',
  invariant: 'acked-durable',
  state: 'node log.flushed log:idle',
  scenario: 'log-crash-storm',
  seed: 12,
  count: 3,
  subject: 'lsn 3',
  message: 'it was acked, and is gone: | <b> & "more"',
  fingerprint: 'f00d',
  event: 9,
  atMs: 55,
  lastEvents: [recorded],
  command: 'npx seaworthy replay 12 --scenario log-crash-storm',
  file: '.seaworthy/failures/log-crash-storm-12.json',
  shrunk: {
    subject: 'lsn 1',
    message: 'it was acked, and is gone: | <b> & "more"',
    from: { choices: 200, events: 900, virtualMs: 4000 },
    to: { choices: 1, events: 9, virtualMs: 55 },
    trials: 40,
    isMinimal: true,
    needed: [{ choice, next: recorded, without: 'passes', violates: null }],
    file: '.seaworthy/failures/log-crash-storm-12.small.json',
    command: 'npx seaworthy replay .seaworthy/failures/log-crash-storm-12.small.json',
  },
  chain: {
    links: [
      { event: recorded, relation: 'choice', cause: null, choice, words: 'The client is told.' },
      {
        event: { ...recorded, index: 9 },
        relation: 'violation',
        cause: 0,
        choice: null,
        words: 'It is gone.',
      },
    ],
  },
};

/** A campaign that found something, and has something of everything. */
export const campaignDocument: CampaignDocument = {
  schema: 'seaworthy.campaign.v1',
  build: '1.0.0+test',
  mutant: null,
  parameters: {},
  firstSeed: 10,
  seedsEach: 50,
  shard: '1/1',
  workers: 2,
  canary: { runs: 1, seed: 0, invariant: 'canary' },
  scenarios: [
    {
      name: 'log-crash-storm',
      schema: 1,
      runs: 50,
      events: 5000,
      virtualMs: 90_000,
      workerMs: 800.5,
      seeds: [{ from: 10, to: 59, step: 1 }],
      orderShare: null,
      faults: { 'disk.torn': { fired: 4, effective: 2 } },
      invariants: { 'acked-durable': 60, 'no-silent-corruption': 0 },
      sometimes: { 'a watch ends': 2 },
      coverage: {
        declared: 8,
        states: { log: ['idle', 'flushing'] },
        reached: 3,
        neverTried: ['disk.torn × log:flushing'],
        undeclared: [],
      },
      seenIn: { 'disk.torn': 2 },
    },
  ],
  runs: 50,
  events: 5000,
  virtualMs: 90_000,
  wallMs: 450.25,
  faults: { 'disk.torn': { fired: 4, effective: 2 } },
  invariants: { 'acked-durable': 60 },
  sometimes: { 'a watch ends': 2 },
  failures: [failureReport],
  inconclusive: [
    {
      scenario: 'log-crash-storm',
      seed: 14,
      count: 1,
      end: 'events',
      command: 'npx seaworthy replay 14 --scenario log-crash-storm',
    },
  ],
  undecided: [{ scenario: 'log-crash-storm', subjects: ['disk.reordered'], decidedFromRuns: 500 }],
  lost: null,
  writeErrors: [],
  combinedFingerprint: 'feed',
  ended: 'complete',
  exit: 1,
};
