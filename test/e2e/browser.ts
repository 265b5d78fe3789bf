import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine: `CHROMIUM_PATH`, or where Debian and its kin put it. */
export const browserPath = process.env['CHROMIUM_PATH'] ?? places.find((path) => existsSync(path));

/** Without a browser pages are not looked at, unless `SEAWORTHY_BROWSER_TESTS` says that they must be: as in CI. */
export const canSkip = browserPath === undefined && process.env['SEAWORTHY_BROWSER_TESTS'] !== 'required';

export async function openBrowser(): Promise<Browser> {
  if (browserPath === undefined) {
    throw new Error('there is no Chromium here: apt-get install chromium, or set CHROMIUM_PATH');
  }
  // Its sandbox does not work for root, which CI often is. What it opens here is ours.
  return chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
}
