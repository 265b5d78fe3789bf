import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.js';

/** As it is installed: the pages need files that stand beside the code. */
const main = join(import.meta.dirname, '../../dist/sim/cli/main.js');

function seaworthy(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  return { status, stdout, stderr };
}

describe('seaworthy report', () => {
  let folder = '';
  beforeAll(() => {
    folder = temporaryFolder();
    const seeds = ['--scenario', 'log-crash-storm', '--seed', '0', '--seeds', '1'];
    seaworthy(['fuzz', '--mutant', 'W1', ...seeds, '--output', folder]);
  }, 60_000);

  const written = (name: string): string => readFileSync(join(folder, 'report', name), 'utf8');

  test('of a campaign writes a page, a page for each failure that can be sailed again, JUnit and Markdown', () => {
    writeFileSync(
      join(folder, 'mutants.json'),
      JSON.stringify([
        { id: 'W9', tier: 'A', title: 'a hole', verdict: 'killed', by: 'fenced', seedsToKill: 3 },
      ]),
    );
    writeFileSync(join(folder, 'certificate.json'), JSON.stringify({ verdict: 'not seaworthy' }));
    const { status, stdout } = seaworthy(['report', folder]);
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toEqual(
      ['campaign.html', 'junit.xml', 'summary.md', 'log-crash-storm-0.html'].map((name) =>
        join(folder, 'report', name),
      ),
    );
    expect(written('campaign.html')).toContain('href="log-crash-storm-0.html"');
    expect(written('campaign.html')).toMatch(/1 of 1 killed[^]*W9[^]*fenced/);
    expect(written('campaign.html')).toContain('not seaworthy');
    expect(written('log-crash-storm-0.html')).toContain('durable-before-visible');
    expect(written('junit.xml')).toContain('<failure ');
    expect(written('summary.md')).toContain('durable-before-visible');
  });

  test('says on GitHub what was found, and adds to the summary of the job', () => {
    const summary = join(folder, 'summary');
    writeFileSync(summary, 'before\n');
    const { status, stdout } = seaworthy(['report', folder, '--github'], { GITHUB_STEP_SUMMARY: summary });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^::error title=durable-before-visible/m);
    expect(readFileSync(summary, 'utf8')).toMatch(/^before\n## /);
  });

  test('of a folder that came from elsewhere, with a file that cannot be used, costs one page', () => {
    const moved = temporaryFolder();
    cpSync(folder, moved, { recursive: true });
    rmSync(join(moved, 'report'), { recursive: true });
    expect(seaworthy(['report', moved]).stderr).not.toContain('log-crash-storm-0');
    expect(existsSync(join(moved, 'report', 'log-crash-storm-0.html'))).toBe(true);
    for (const name of readdirSync(join(moved, 'failures'))) {
      writeFileSync(join(moved, 'failures', name), '{');
    }
    const { status, stdout, stderr } = seaworthy(['report', moved]);
    expect(status).toBe(0);
    expect(stdout).toContain('junit.xml');
    expect(stderr).toMatch(/has no page: .*cannot be replayed/);
  });

  test('what cannot be written is told in one line', () => {
    const { status, stderr } = seaworthy(['report', folder, '--output', join(folder, 'campaign.json', 'x')]);
    expect(status).toBe(3);
    expect(stderr).toMatch(/^seaworthy: cannot write /m);
    expect(stderr).not.toContain('    at ');
  });

  test('of a file writes its page beside it; one that passes has none', () => {
    const file = join(folder, 'failures', 'log-crash-storm-0.json');
    expect(seaworthy(['report', file, '--mutant', 'W1']).status).toBe(0);
    expect(existsSync(file.replace('.json', '.html'))).toBe(true);
    const { status, stderr } = seaworthy(['report', file]);
    expect(status).toBe(2);
    expect(stderr).toContain('does not fail');
  });

  test('prints what it wrote as one document', () => {
    const { stdout } = seaworthy(['report', folder, '--json', '--output', join(folder, 'elsewhere')]);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'seaworthy.report.v1' });
    expect(existsSync(join(folder, 'elsewhere', 'junit.xml'))).toBe(true);
  });

  test.each([
    ['nothing', []],
    ['what is not there', ['nowhere']],
    ['a folder without a campaign', [join(import.meta.dirname, '..')]],
    ['two answers on one stream', ['.', '--json', '--github']],
  ])('refuses %s in one line', (_, operands) => {
    const { status, stderr } = seaworthy(['report', ...operands]);
    expect(status).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('a damaged campaign is refused, and says where', () => {
    const damaged = temporaryFolder();
    writeFileSync(join(damaged, 'campaign.json'), '{"schema":"seaworthy.campaign.v1"}');
    const { status, stderr } = seaworthy(['report', damaged]);
    expect(status).toBe(2);
    expect(stderr).toContain('campaign.json cannot be read');
  });
});
