import type {
  CampaignDocument,
  FailureReport,
  InconclusiveReport,
  ScenarioFigures,
} from './campaign-document.js';

/** What a gate wants to know of a campaign. */
export interface CampaignFindings extends Pick<CampaignDocument, 'build' | 'shard' | 'runs'> {
  readonly hasParameters: boolean;
  readonly scenarios: readonly ScenarioFindings[];
  readonly failures: readonly Pick<
    FailureReport,
    'invariant' | 'scenario' | 'subject' | 'message' | 'command'
  >[];
  readonly inconclusive: readonly Pick<InconclusiveReport, 'scenario' | 'count' | 'command'>[];
  /** Why the harness failed, if it did. */
  readonly harnessFaults: readonly string[];
}

export type ScenarioFindings = Pick<
  ScenarioFigures,
  'name' | 'schema' | 'runs' | 'seeds' | 'faults' | 'invariants' | 'sometimes'
>;

/** Of a campaign that was just sailed, or read from its file. */
export function findingsOf(document: CampaignDocument): CampaignFindings {
  const { lost, writeErrors, parameters } = document;
  return {
    ...document,
    hasParameters: Object.keys(parameters).length > 0,
    harnessFaults: [...(lost === null ? [] : [lost.reason]), ...writeErrors],
  };
}
