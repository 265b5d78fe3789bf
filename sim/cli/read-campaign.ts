import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CampaignDocument } from '../campaign/campaign-document.js';
import { decodeCampaign } from '../campaign/decode-campaign.js';
import {
  asRecord,
  FieldError,
  integerField,
  nullOr,
  oneOfField,
  textField,
} from '../campaign/json-fields.js';
import type { KilledOrNot } from '../report/html/campaign-page.js';
import { UsageError } from './usage-error.js';

/** The campaign that was sailed into a folder. @throws UsageError */
export function readCampaign(folder: string): CampaignDocument {
  return read(folder, 'campaign.json', decodeCampaign);
}

/** What `seaworthy mutants` kept there; null when nothing. @throws UsageError */
export function readKillTable(folder: string): readonly KilledOrNot[] | null {
  if (!existsSync(join(folder, 'mutants.json'))) return null;
  return read(folder, 'mutants.json', (text) => {
    const verdicts: unknown = JSON.parse(text);
    if (!Array.isArray(verdicts)) throw new FieldError('mutants', 'a list');
    return verdicts.map(decodeKill);
  });
}

/** What `seaworthy gate` kept there; null when nothing. @throws UsageError */
export function readCertificate(folder: string): { readonly verdict: string; readonly file: string } | null {
  if (!existsSync(join(folder, 'certificate.json'))) return null;
  const verdict = read(folder, 'certificate.json', (text) =>
    textField(asRecord(JSON.parse(text)) ?? {}, 'verdict'),
  );
  return { verdict, file: '../certificate.md' };
}

function decodeKill(value: unknown): KilledOrNot {
  const fields = asRecord(value) ?? {};
  return {
    id: textField(fields, 'id'),
    tier: textField(fields, 'tier'),
    title: textField(fields, 'title'),
    verdict: oneOfField(['killed', 'survived', 'stale'], fields, 'verdict'),
    by: nullOr(textField)(fields, 'by'),
    seedsToKill: nullOr(integerField)(fields, 'seedsToKill'),
  };
}

function read<Value>(folder: string, name: string, decode: (text: string) => Value): Value {
  const path = join(folder, name);
  try {
    return decode(readFileSync(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(
      `${path} cannot be read: ${reason}. Sail a campaign into it: seaworthy fuzz --output ${folder}`,
      {
        cause,
      },
    );
  }
}
