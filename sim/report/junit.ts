import type { CampaignDocument, FailureReport, ScenarioFigures } from '../campaign/campaign-document.js';
import { exitCode } from '../campaign/exit-code.js';
import { escapeXml } from './escape-xml.js';
import { failureText } from './failure-text.js';
import { counted } from './figures.js';
import { plainPaint } from './paint.js';

/** A campaign as JUnit XML: a suite for each scenario, a case for each invariant that was checked or that failed. */
export function junitXml(document: CampaignDocument): string {
  const { scenarios, failures } = document;
  const suites = [
    ...scenarios.flatMap((scenario) =>
      suiteLines(
        scenario,
        failures.filter((failure) => failure.scenario === scenario.name),
      ),
    ),
    ...campaignLines(document),
  ];
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>', ''].join(
    '\n',
  );
}

function suiteLines({ name, invariants, workerMs }: ScenarioFigures, failures: readonly FailureReport[]) {
  const cases = [...new Set([...Object.keys(invariants), ...failures.map(({ invariant }) => invariant)])];
  const failed = new Set(failures.map(({ invariant }) => invariant));
  const skipped = cases.filter((invariant) => !failed.has(invariant) && (invariants[invariant] ?? 0) === 0);
  const counts = `tests="${cases.length}" failures="${failed.size}" errors="0" skipped="${skipped.length}"`;
  return [
    `  <testsuite name="${escapeXml(name)}" ${counts} time="${workerMs / 1000}">`,
    ...cases.toSorted().flatMap((invariant) =>
      caseLines(
        name,
        invariant,
        invariants[invariant] ?? 0,
        failures.filter((failure) => failure.invariant === invariant),
      ),
    ),
    '  </testsuite>',
  ];
}

/** What is no failure of a scenario, and still not right: the campaign could not tell all that it should. */
function campaignLines({ runs, exit, inconclusive, lost, writeErrors }: CampaignDocument): readonly string[] {
  const errors = [
    ...(runs === 0 ? ['nothing was sailed'] : []),
    ...(exit === exitCode.interrupted || exit === exitCode.terminated ? ['ended by a signal'] : []),
    ...inconclusive.map(
      ({ scenario, count, end }) => `${counted(count, 'run')} of ${scenario} cut by the limit on ${end}`,
    ),
    ...(lost === null ? [] : [`worker lost: ${lost.reason}`]),
    ...writeErrors,
  ];
  const opening = '    <testcase classname="campaign" name="tells all that it sailed"';
  const message = escapeXml(errors.join('\n'));
  return [
    `  <testsuite name="campaign" tests="1" failures="0" errors="${errors.length === 0 ? 0 : 1}" skipped="0">`,
    ...(errors.length === 0
      ? [`${opening}/>`]
      : [`${opening}>`, `      <error message="${message}"/>`, '    </testcase>']),
    '  </testsuite>',
  ];
}

/** One failure element a case: Jenkins and GitLab read no second one. */
function caseLines(scenario: string, invariant: string, checks: number, failures: readonly FailureReport[]) {
  const opening = `    <testcase classname="${escapeXml(scenario)}" name="${escapeXml(invariant)}"`;
  const [first] = failures;
  if (first === undefined) {
    // What was never checked has not held.
    if (checks === 0) return [`${opening}>`, '      <skipped message="never checked"/>', '    </testcase>'];
    return [`${opening} assertions="${checks}"/>`];
  }
  const cards = failures.map((failure) => failureText(failure, true, plainPaint)).join('\n\n');
  return [
    `${opening}>`,
    `      <failure message="${escapeXml(first.message)}" type="${escapeXml(invariant)}">${escapeXml(cards)}</failure>`,
    '    </testcase>',
  ];
}
