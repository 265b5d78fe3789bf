import { appendFileSync, existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { CampaignDocument, FailureReport } from '../campaign/campaign-document.js';
import { type ExitCode, exitCode } from '../campaign/exit-code.js';
import { WriteError } from '../campaign/write-error.js';
import { writeAtomically } from '../campaign/write-atomically.js';
import { campaignMarkdown } from '../report/campaign-markdown.js';
import { githubAnnotation } from '../report/github-annotation.js';
import { campaignPage } from '../report/html/campaign-page.js';
import { failurePage } from '../report/html/failure-page.js';
import { junitXml } from '../report/junit.js';
import { helpOption, jsonOption, type Parsed, parseCommand } from './options.js';
import { readCampaign, readCertificate, readKillTable } from './read-campaign.js';
import { ProgressLine } from './progress-line.js';
import { fitOut, mutantOptions, type Ship } from './ship.js';
import { printNotice, printResult } from './terminal.js';
import { readStory, type Story } from './read-story.js';
import { UsageError } from './usage-error.js';

export const reportCommand = {
  name: 'report',
  summary: 'Renders a campaign or one failure for people and for CI: HTML, JUnit XML, Markdown.',
  operands: '<folder or file>',
  options: {
    output: {
      type: 'string',
      value: 'DIR',
      help: 'where it goes (default: report/ in the folder, or beside the file)',
    },
    github: {
      type: 'boolean',
      help: 'print annotations for GitHub Actions, and add to the summary of the job',
    },
    ...mutantOptions,
    json: jsonOption,
    help: helpOption,
  },
  example: 'seaworthy report .seaworthy',
} as const;

/** What a report came to: the whole result, as `--json` prints it. */
interface ReportDocument {
  readonly schema: 'seaworthy.report.v1';
  readonly files: readonly string[];
  /** What could not be shown, and why. */
  readonly notes: readonly string[];
}

type ReportValues = Parsed<typeof reportCommand.options>['values'];

/** A file to write: its name, and its text. */
type Rendering = readonly [name: string, text: string];

/** Runs `seaworthy report`. */
export async function report(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseCommand(reportCommand, args);
  const [operand, surplus] = positionals;
  if (operand === undefined || surplus !== undefined) {
    throw new UsageError('report takes one folder of a campaign or one file. See: seaworthy report --help');
  }
  if (values.github === true && values.json === true) {
    throw new UsageError('--github and --json both write to stdout: leave one out.');
  }
  const found = statSync(operand, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new UsageError(`"${operand}" is neither the folder of a campaign nor a reproduction file.`);
  }
  if (found.isDirectory()) await reportCampaign(operand, values);
  else await reportFailure(operand, values);
  return exitCode.clean;
}

async function reportFailure(file: string, values: ReportValues): Promise<void> {
  const progress = new ProgressLine(() => `${file} is sailed again, and once without each of its choices`);
  let story: Story;
  try {
    story = await readStory(file, (parameters) => fitOut(values, parameters));
  } finally {
    progress.end();
  }
  if (story.kind === 'passes') throw new UsageError(story.message);
  const name = `${basename(file, '.json')}.html`;
  keep(values.output ?? dirname(file), [[name, failurePage(story.story)]], [], values);
}

async function reportCampaign(folder: string, values: ReportValues): Promise<void> {
  const document = readCampaign(folder);
  const mutant = values.mutant ?? document.mutant ?? undefined;
  const ship = await fitOut({ ...values, mutant }, document.parameters);
  const notes: string[] = [];
  const pages = new Map<FailureReport, Rendering>();
  let told = 0;
  const { length } = document.failures;
  const progress = new ProgressLine(() => `failure ${told + 1} of ${length} is sailed again`);
  try {
    for (const failure of document.failures) {
      const story = await storyOf(folder, failure, ship);
      if (story.kind === 'passes') notes.push(`${failure.identity} has no page: ${story.message}`);
      else pages.set(failure, [`${failure.scenario}-${failure.seed}.html`, failurePage(story.story)]);
      told += 1;
    }
  } finally {
    progress.end();
  }
  const page = campaignPage(document, {
    mutants: readKillTable(folder),
    certificate: readCertificate(folder),
    pageOf: (failure) => pages.get(failure)?.[0] ?? null,
  });
  const summary = campaignMarkdown(document);
  const renderings: readonly Rendering[] = [
    ['campaign.html', page],
    ['junit.xml', junitXml(document)],
    ['summary.md', summary],
    ...pages.values(),
  ];
  keep(values.output ?? join(folder, 'report'), renderings, notes, values);
  if (values.github === true) tellGithub(document, summary);
}

/** Of the smallest run that is known to fail so. What cannot be sailed again costs its own page, and nothing else. */
async function storyOf(folder: string, { file, shrunk }: FailureReport, ship: Ship): Promise<Story> {
  const path = shrunk?.file ?? file;
  if (path === null) return { kind: 'passes', message: 'it has no tape of its own' };
  // The folder may have come from another machine.
  const beside = join(folder, 'failures', basename(path));
  try {
    return await readStory(existsSync(beside) ? beside : path, async () => ship);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { kind: 'passes', message: error.message };
  }
}

function keep(
  folder: string,
  renderings: readonly Rendering[],
  notes: readonly string[],
  { json }: ReportValues,
): void {
  const files: string[] = [];
  for (const [name, text] of renderings) {
    const path = join(folder, name);
    writeAtomically(path, text);
    files.push(path);
  }
  const document: ReportDocument = { schema: 'seaworthy.report.v1', files, notes };
  for (const note of notes) printNotice(`seaworthy: ${note}`);
  printResult(json === true ? `${JSON.stringify(document, null, 2)}\n` : `${files.join('\n')}\n`);
}

/** What GitHub Actions shows of a job: a line for each failure, and the summary. */
function tellGithub(document: CampaignDocument, summary: string): void {
  for (const failure of document.failures) printResult(`${githubAnnotation(failure)}\n`);
  const path = process.env['GITHUB_STEP_SUMMARY'];
  if (path === undefined || path === '') return;
  try {
    appendFileSync(path, summary);
  } catch (error) {
    throw new WriteError(path, error);
  }
}
