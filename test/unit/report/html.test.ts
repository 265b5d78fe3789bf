import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { campaignPage } from '../../../sim/report/html/campaign-page.js';
import { escapeHtml, scriptJson } from '../../../sim/report/html/escape-html.js';
import { failurePage } from '../../../sim/report/html/failure-page.js';
import { campaignDocument, failureReport } from '../campaign/campaign-fixture.js';
import { failingVerdict, hostile, storyOf } from './story.js';

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('</script>', '<!--', '\u2028', '\'"&'));

describe('a text of a trace', () => {
  test('ends no element and no attribute', () => {
    fc.assert(
      fc.property(text, (any) => {
        expect(escapeHtml(any)).not.toMatch(/[<>"']/);
      }),
    );
  });

  test('is read again as it was', () => {
    const entities = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
    fc.assert(
      fc.property(text, (any) => {
        const back = escapeHtml(any).replaceAll(
          /&(?:lt|gt|quot|#39|amp);/g,
          (entity) => Object.entries(entities).find(([name]) => name === entity)?.[1] ?? '',
        );
        expect(back).toBe(any);
      }),
    );
  });

  test('ends no script, and is read again as it was', () => {
    fc.assert(
      fc.property(fc.dictionary(text, text), (any) => {
        const json = scriptJson(any);
        expect(json).not.toMatch(/[<\u2028\u2029]/);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(any)));
      }),
    );
  });
});

describe('the page of a failure', () => {
  test('says what broke, what led to it, what it needs, and the line that shows it again', async () => {
    const story = storyOf(await failingVerdict());
    const page = failurePage(story);
    const chosen = story.verdict.choices[0];
    expect(page).toContain('<span class="bad">Broken:</span> acked-durable');
    expect(page).toContain(story.command);
    expect(page).toContain(`${chosen?.label}#${chosen?.occurrence} = `);
    expect(page).toMatch(/<li class="violation">.*acked-durable/);
    expect(page).toContain(story.verdict.fingerprint);
  });

  test('holds everything, loads nothing, and is closed to what a trace says', async () => {
    const page = failurePage(storyOf(await failingVerdict()));
    expect(page).toContain("default-src 'none'");
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page).not.toContain(hostile);
    expect(page).not.toMatch(/\b(?:src|href)="https?:|@import url|sourceMappingURL|^import /m);
  });
});

describe('the page of a campaign', () => {
  const nothing = { mutants: null, certificate: null, pageOf: () => null };

  test('says which fault never met which state', () => {
    const page = campaignPage(campaignDocument, nothing);
    expect(page).toContain('<th class="state" scope="col">log: flushing</th>');
    expect(page).toContain('<th scope="row">disk.torn</th><td>·</td><td class="never">✕</td>');
  });

  test('is closed to what a failure, a mutant or a file name says', () => {
    const failure = { ...failureReport, identity: hostile, subject: hostile, scenario: hostile };
    const document = { ...campaignDocument, mutant: hostile, failures: [failure], writeErrors: [hostile] };
    const mutant = { id: hostile, tier: 'A', title: hostile, verdict: 'killed', by: hostile } as const;
    const page = campaignPage(document, {
      mutants: [{ ...mutant, seedsToKill: 3 }],
      certificate: { verdict: hostile, file: hostile },
      pageOf: () => hostile,
    });
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<img');
    expect(page).not.toContain('onerror="');
    expect(page).toContain(escapeHtml(hostile));
  });
});
