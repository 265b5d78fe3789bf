import type { CampaignDocument } from '../campaign/campaign-document.js';

/** What a campaign was sailed with, all that is needed to sail it again. */
export function campaignOrigin(document: CampaignDocument): readonly string[] {
  const { build, mutant, parameters, firstSeed, shard } = document;
  return [
    `build ${build}`,
    ...(mutant === null ? [] : [`mutant ${mutant}`]),
    ...Object.entries(parameters).map(([name, value]) => `${name} ${value}`),
    `first seed ${firstSeed}`,
    ...(shard === '1/1' ? [] : [`shard ${shard}`]),
  ];
}
