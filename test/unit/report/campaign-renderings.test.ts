import { expect, test } from 'vitest';
import { failureText } from '../../../sim/report/failure-text.js';
import { githubAnnotation } from '../../../sim/report/github-annotation.js';
import { campaignMarkdown } from '../../../sim/report/campaign-markdown.js';
import { campaignPage } from '../../../sim/report/html/campaign-page.js';
import { junitXml } from '../../../sim/report/junit.js';
import { markdownText } from '../../../sim/report/markdown.js';
import { plainPaint } from '../../../sim/report/paint.js';
import { campaignDocument, failureReport } from '../campaign/campaign-fixture.js';

const failures = [failureReport, { ...failureReport, seed: 19, identity: 'acked-durable/4567cdef' }];
const campaign = { ...campaignDocument, failures };

test('a suite has a case for each invariant, and one failure element for all failures of one', () => {
  const xml = junitXml(campaign);
  expect(xml).toContain(
    '<testsuite name="log-crash-storm" tests="2" failures="1" errors="0" skipped="1" time="0.8005">',
  );
  expect(xml.match(/<failure /g)).toHaveLength(1);
  expect(xml).toContain('seed 19');
});

test('what held says how often it was checked; what was never checked is not green', () => {
  const xml = junitXml({ ...campaign, failures: [] });
  expect(xml).toContain('<testcase classname="log-crash-storm" name="acked-durable" assertions="60"/>');
  expect(xml).toMatch(/name="no-silent-corruption">\n *<skipped message="never checked"\/>/);
});

test('what a message holds is escaped in the attribute and in the card', () => {
  const xml = junitXml(campaign);
  expect(xml).toContain('message="it was acked, and is gone: | &lt;b&gt; &amp; &quot;more&quot;"');
  expect(xml).not.toContain('<b>');
});

test('every element that opens closes, in order', () => {
  const open: string[] = [];
  const unlike: string[] = [];
  for (const [, slash, name = '', end] of junitXml(campaign).matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
    if (slash !== '/' && end !== '/') open.push(name);
    else if (slash === '/' && open.pop() !== name) unlike.push(name);
  }
  expect({ open, unlike }).toEqual({ open: [], unlike: [] });
});

test.each([
  ['1 run of log-crash-storm cut by the limit on events', {}],
  ['nothing was sailed', { runs: 0, exit: 4 }],
  ['ended by a signal', { exit: 143 }],
  ['cannot write x', { writeErrors: ['cannot write x'] }],
  ['worker lost: it hung', { lost: { scenario: 'calm', seed: null, reason: 'it hung', command: null } }],
] as const)('a campaign that could not tell all is no green one: %s', (error, changes) => {
  expect(junitXml({ ...campaign, ...changes })).toMatch(
    new RegExp(`tests="1" failures="0" errors="1"[^]*<error message="[^"]*${error}`),
  );
});

test('a campaign that told all is a green one', () => {
  const whole = junitXml({ ...campaign, inconclusive: [] });
  expect(whole).toContain('<testcase classname="campaign" name="tells all that it sailed"/>');
});

test('an annotation is one line, and its title ends where it says', () => {
  const line = githubAnnotation({ ...failureReport, scenario: 'a:b,c', message: '100 % gone' });
  expect(line).toMatch(/^::error title=acked-durable\/0123abcd in a%3Ab%2Cc::FAIL acked-durable/);
  expect(line).not.toMatch(/[\r\n]/);
  expect(line).toContain('100 %25 gone');
});

test('a summary names each failure, with its story and the line that shows it', () => {
  const text = campaignMarkdown(campaign);
  expect(text).toContain('### acked-durable/0123abcd');
  expect(text).toContain('lsn 1: it was acked');
  expect(text).toContain('1. The client is told.');
  expect(text).toContain('npx seaworthy replay .seaworthy/failures/log-crash-storm-12.small.json');
  expect(text).toContain('| log-crash-storm | 50 |');
});

test('a card says whom the small run is about, where that is not whom the failure was found with', () => {
  const { shrunk } = failureReport;
  if (shrunk === null) throw new Error('it is shrunk');
  const card = (subject: string): string =>
    failureText({ ...failureReport, shrunk: { ...shrunk, subject } }, false, plainPaint);
  expect(card('lsn 1')).toContain('  shrunk\n  lsn 1: it was acked, and is gone');
  expect(card('lsn 3').match(/it was acked, and is gone/g)).toHaveLength(1);
});

test('each rendering says that a bug was planted, and under which profile', () => {
  const planted = { ...campaign, mutant: 'W1', parameters: { profile: 'crashy' } };
  const page = campaignPage(planted, { mutants: null, certificate: null, pageOf: () => null });
  for (const text of [campaignMarkdown(planted), page]) {
    expect(text).toContain('mutant W1, profile crashy, first seed 10, combined fingerprint feed');
  }
});

test('a summary shows texts as they are', () => {
  expect(markdownText('a | <b>\n[c](d) @e `f` $g$')).toBe('a \\| &lt;b&gt; \\[c\\](d) \\@e \\`f\\` \\$g\\$');
});
