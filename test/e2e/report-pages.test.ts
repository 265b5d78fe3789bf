import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Verdict } from '../../sim/kernel/voyage.js';
import { failurePage } from '../../sim/report/html/failure-page.js';
import { temporaryFolder } from '../temporary-folder.js';
import { failingVerdict, hostile, storyOf } from '../unit/report/story.js';
import { canSkip, openBrowser } from './browser.js';

const desktop = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };

let folder = '';
let browser: Browser;
let verdict: Verdict;

/** A page, and what it did that no report may do. */
interface Opened {
  readonly page: Page;
  readonly complaints: readonly string[];
}

async function open(story: Verdict, viewport = desktop): Promise<Opened> {
  const file = join(folder, `${story.trace.length}.html`);
  writeFileSync(file, failurePage(storyOf(story)));
  const page = await browser.newPage({ viewport });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== pathToFileURL(file).href) complaints.push(`asks for ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  return { page, complaints };
}

const shownCount = async (page: Page): Promise<number> =>
  Number((await page.locator('#count').innerText()).split(' ')[0]);

const recordOf = async (page: Page): Promise<string> => page.locator('#record').innerText();

// To get a browser: apt-get install chromium, or set CHROMIUM_PATH.
describe.skipIf(canSkip)('the page of a failure, in Chromium', () => {
  beforeAll(async () => {
    folder = temporaryFolder();
    browser = await openBrowser();
    verdict = await failingVerdict();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
  });

  test('shows the violation, with no complaint and no request, whatever the trace holds', async () => {
    const first = verdict.trace[0];
    if (first === undefined) throw new Error('the trace is empty');
    const unkind = { ...first, event: { ...first.event, path: hostile } };
    const { page, complaints } = await open({ ...verdict, trace: [unkind, ...verdict.trace.slice(1)] });
    expect(await page.locator('h1').innerText()).toContain('acked-durable');
    expect(await page.locator('li.violation').innerText()).toContain('acked-durable');
    expect(await recordOf(page)).toContain('violation');
    expect(await shownCount(page)).toBe(verdict.trace.length);
    expect(await page.evaluate<unknown>("'isTaken' in window")).toBe(false);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a filter narrows what is shown, by text, node and kind', async () => {
    const { page } = await open(verdict);
    const all = await shownCount(page);
    const synced = verdict.trace.filter(({ event }) => event.kind.startsWith('disk.')).length;
    await page.locator('#kind').selectOption('disk');
    expect(await shownCount(page)).toBe(synced);
    await page.locator('#search').fill('no event says this');
    expect(await shownCount(page)).toBe(0);
    await page.locator('#search').fill('');
    await page.locator('#kind').selectOption('chain');
    const ofChain = await shownCount(page);
    expect(ofChain).toBeGreaterThan(0);
    expect(ofChain).toBeLessThan(all);
    await page.locator('#kind').selectOption('');
    const [node = ''] = verdict.trace.map(({ event }) => event.node).filter((name) => name !== 'sea');
    await page.locator('#node').selectOption(node);
    const ofNode = verdict.trace.filter(({ event }) => event.node === node || event.kind === 'violation');
    expect(await shownCount(page)).toBe(ofNode.length);
    await page.close();
  });

  test('a click on an event, on the chain or on the lanes shows the record', async () => {
    const { page } = await open(verdict);
    await page.locator('#events .event').first().click();
    const ofList = await recordOf(page);
    await page.locator('ol.chain button').last().click();
    const ofChain = await recordOf(page);
    expect(ofChain).not.toBe(ofList);
    const box = await page.locator('#lanes').boundingBox();
    if (box === null) throw new Error('no lanes');
    let ofLanes = ofChain;
    for (let x = 120; x < box.width && ofLanes === ofChain; x += 20) {
      await page.mouse.click(box.x + x, box.y + 47);
      ofLanes = await recordOf(page);
    }
    expect(ofLanes).not.toBe(ofChain);
    await page.close();
  });

  test('the keyboard goes from event to event, and zooms', async () => {
    const { page } = await open(verdict);
    const picture = async (): Promise<unknown> =>
      page.evaluate('document.querySelector("canvas").toDataURL()');
    await page.locator('#lanes').focus();
    await page.keyboard.press('Home');
    const first = await recordOf(page);
    await page.keyboard.press('ArrowRight');
    expect(await recordOf(page)).not.toBe(first);
    await page.keyboard.press('ArrowLeft');
    expect(await recordOf(page)).toBe(first);
    await page.keyboard.press('End');
    const last = await recordOf(page);
    await page.locator('#search').fill('no event says this');
    await page.locator('#lanes').focus();
    await page.keyboard.press('Home');
    expect(await recordOf(page)).toBe(last);
    await page.locator('#search').fill('');
    await page.locator('#lanes').focus();
    await page.keyboard.press('0');
    const whole = await picture();
    await page.keyboard.press('+');
    expect(await picture()).not.toBe(whole);
    await page.keyboard.press('0');
    expect(await picture()).toBe(whole);
    await page.close();
  });

  test('a phone shows it without scrolling sideways, and paper without controls', async () => {
    const { page, complaints } = await open(verdict, phone);
    const width = await page.evaluate<unknown>('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(phone.width);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.controls').isVisible()).toBe(false);
    expect(await page.locator('ol.chain').isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('20,000 events are shown as well', async () => {
    const rounds = Math.ceil(20_000 / verdict.trace.length);
    const long = Array.from({ length: rounds }, () => verdict.trace.slice(0, -1)).flat();
    const trace = [...long, ...verdict.trace.slice(-1)].map((entry, index) => ({ ...entry, index }));
    const { page, complaints } = await open({ ...verdict, trace });
    expect(await shownCount(page)).toBe(trace.length);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
