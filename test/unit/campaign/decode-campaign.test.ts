import { describe, expect, test } from 'vitest';
import type { CampaignDocument } from '../../../sim/campaign/campaign-document.js';
import { findingsOf } from '../../../sim/campaign/campaign-findings.js';
import { decodeCampaign } from '../../../sim/campaign/decode-campaign.js';
import { campaignDocument } from './campaign-fixture.js';

const read = (changes: object): CampaignDocument =>
  decodeCampaign(JSON.stringify({ ...campaignDocument, ...changes }));

describe('a campaign', () => {
  test('is read as it was written', () => {
    expect(read({})).toEqual(campaignDocument);
  });

  test('is read by a gate with all that speaks against it', () => {
    const lost = { scenario: 'calm', seed: null, reason: 'it hung', command: null };
    const document = read({ lost, writeErrors: ['cannot write'], parameters: { profile: 'crashy' } });
    expect(findingsOf(document)).toMatchObject({
      hasParameters: true,
      harnessFaults: ['it hung', 'cannot write'],
    });
  });

  test.each([
    ['another schema', { schema: 'seaworthy.sweep.v1' }],
    ['no list of failures', { failures: undefined }],
    ['a count that is none', { runs: -1 }],
    ['a fault that was not counted', { faults: { wave: 3 } }],
    ['an ending that there is not', { ended: 'bored' }],
    ['an exit code that there is not', { exit: 7 }],
    ['a failure without a name', { failures: [{ ...campaignDocument.failures[0], identity: null }] }],
  ])('is refused with %s', (_, changes) => {
    expect(() => read(changes)).toThrow('must be');
  });
});
