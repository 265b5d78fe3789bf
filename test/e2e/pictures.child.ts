import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openBrowser } from './browser.js';

// Takes the pictures of README again: npm run pictures. They are looked at by people, and compared with nothing.

const pictures = 'sim/report/pictures';
const folder = mkdtempSync(join(tmpdir(), 'seaworthy-pictures-'));
const bug = ['--mutant', 'S1', '--scenario', 'log-crash-storm', '--seed', '0', '--seeds', '20'];

function seaworthy(...args: readonly string[]): void {
  // From elsewhere, so that the pictures show what whoever has the package installed sees.
  spawnSync(process.execPath, [resolve('dist/sim/cli/main.js'), ...args], { cwd: folder, stdio: 'inherit' });
}

seaworthy('fuzz', ...bug);
seaworthy('report', '.seaworthy');
mkdirSync(pictures, { recursive: true });
const browser = await openBrowser();
try {
  for (const [name, file] of [
    ['failure', 'log-crash-storm-13.html'],
    ['campaign', 'campaign.html'],
  ] as const) {
    const page = await browser.newPage({ viewport: { width: 1180, height: 900 } });
    await page.goto(pathToFileURL(join(folder, '.seaworthy/report', file)).href);
    const matrix = page.locator('summary').first();
    if (name === 'campaign') await matrix.click();
    // What comes after it is lists.
    const last = name === 'failure' ? page.locator('.legend').first() : page.locator('table.matrix').first();
    const box = await last.boundingBox();
    const height = Math.ceil((box?.y ?? 900) + (box?.height ?? 0) + 12);
    await page.screenshot({
      path: join(pictures, `${name}.png`),
      fullPage: true,
      clip: { x: 0, y: 0, width: 1180, height },
    });
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
