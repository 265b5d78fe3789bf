import type { CampaignDocument, FailureReport, ScenarioFigures } from '../campaign/campaign-document.js';
import { escapeXml } from './escape-xml.js';
import { failureText } from './failure-text.js';
import { plainPaint } from './paint.js';

/** A campaign as JUnit XML: a suite for each scenario, a case for each invariant that was checked or that failed. */
export function junitXml({ scenarios, failures }: CampaignDocument): string {
  const suites = scenarios.flatMap((scenario) =>
    suiteLines(
      scenario,
      failures.filter((failure) => failure.scenario === scenario.name),
    ),
  );
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>', ''].join(
    '\n',
  );
}

function suiteLines({ name, invariants, workerMs }: ScenarioFigures, failures: readonly FailureReport[]) {
  const cases = [...new Set([...Object.keys(invariants), ...failures.map(({ invariant }) => invariant)])];
  const failed = new Set(failures.map(({ invariant }) => invariant)).size;
  const counts = `tests="${cases.length}" failures="${failed}" errors="0" skipped="0"`;
  return [
    `  <testsuite name="${escapeXml(name)}" ${counts} time="${workerMs / 1000}">`,
    ...cases.toSorted().flatMap((invariant) =>
      caseLines(
        name,
        invariant,
        failures.filter((failure) => failure.invariant === invariant),
      ),
    ),
    '  </testsuite>',
  ];
}

/** One failure element a case: Jenkins and GitLab read no second one. */
function caseLines(scenario: string, invariant: string, failures: readonly FailureReport[]) {
  const opening = `    <testcase classname="${escapeXml(scenario)}" name="${escapeXml(invariant)}"`;
  const [first] = failures;
  if (first === undefined) return [`${opening}/>`];
  const cards = failures.map((failure) => failureText(failure, true, plainPaint)).join('\n\n');
  return [
    `${opening}>`,
    `      <failure message="${escapeXml(first.message)}" type="${escapeXml(invariant)}">${escapeXml(cards)}</failure>`,
    '    </testcase>',
  ];
}
