import type { CampaignDocument } from '../campaign/campaign-document.js';

/** What a campaign came to, at a glance. Without failures it is still no good one when it could not tell all. */
export function campaignGrade({ exit, failures }: CampaignDocument): 'good' | 'bad' | 'warn' {
  if (failures.length > 0) return 'bad';
  return exit === 0 ? 'good' : 'warn';
}
