import { createHash } from 'node:crypto';
import type { VoyageParameters } from '../kernel/parameters.js';
import type { CampaignState } from './campaign.js';
import {
  asRecord,
  booleanField,
  FieldError,
  integerField,
  type JsonRecord,
  oneOfField,
  recordField,
  textField,
  textListField,
} from './json-fields.js';
import { decodeParameters } from './reproduction.js';
import type { SeedPlan } from './seed-plan.js';
import { tallyJson, tallyOf } from './tally-json.js';
import { type WorkEnding, workEndings } from './work-ending.js';

const checkpointSchema = 'seaworthy.checkpoint.v2';

/** What a campaign was told to do. */
export interface CampaignOrders {
  readonly build: string;
  readonly parameters: VoyageParameters;
  readonly mutant: string | undefined;
  /** Where its file is; undefined for the mutants of the repository. */
  readonly mutantFolder: string | undefined;
  readonly plan: SeedPlan;
  /** Infinity when only seeds bound it. */
  readonly durationMs: number;
  readonly bail: boolean;
}

const stages = ['sailing', 'sailed', 'told'] as const;

/** All that it takes to go on with a campaign, and to add it to others: kept in its folder while it sails, and after. */
export interface Checkpoint {
  readonly orders: CampaignOrders;
  readonly state: CampaignState;
  readonly workers: number;
  /** Time that was spent on it, over all processes. */
  readonly wallMs: number;
  /** `sailed`: all its runs are there. `told`: and its document is written. */
  readonly stage: (typeof stages)[number];
  /** Why it sailed no further; of no meaning while it sails. */
  readonly ended: WorkEnding;
}

/** A checkpoint cannot be used. The message says why, in one line. */
export class CheckpointError extends Error {
  readonly code = 'CHECKPOINT_DAMAGED';
  override readonly name = 'CheckpointError';
}

/** A checkpoint of another version. The message says so, in one line. */
export class CheckpointForeign extends Error {
  readonly code = 'CHECKPOINT_FOREIGN';
  override readonly name = 'CheckpointForeign';

  constructor(schema: string) {
    super(`it is of another version (${schema}, and this one writes ${checkpointSchema})`);
  }
}

/** One line of JSON, with a checksum over what it holds. */
export function encodeCheckpoint({ orders, state, ...rest }: Checkpoint): string {
  const { plan, durationMs, mutant, mutantFolder } = orders;
  const content = JSON.stringify({
    ...rest,
    orders: {
      ...orders,
      mutant: mutant ?? null,
      mutantFolder: mutantFolder ?? null,
      plan: { ...plan, seedsEach: boundJson(plan.seedsEach) },
      durationMs: boundJson(durationMs),
    },
    state: {
      taken: state.taken,
      tallies: Object.fromEntries([...state.tallies].map(([name, tally]) => [name, tallyJson(tally)])),
    },
  });
  return `{"schema":"${checkpointSchema}","checksum":"${checksumOf(content)}","content":${content}}\n`;
}

/** Reads what {@link encodeCheckpoint} wrote. @throws CheckpointError or CheckpointForeign */
export function decodeCheckpoint(text: string): Checkpoint {
  try {
    const fields = asRecord(JSON.parse(text)) ?? {};
    const schema = textField(fields, 'schema');
    if (schema !== checkpointSchema) {
      const isForeign = /^seaworthy\.checkpoint\.v\d+$/.test(schema);
      throw isForeign ? new CheckpointForeign(schema) : new FieldError('schema', `"${checkpointSchema}"`);
    }
    if (checksumOf(JSON.stringify(fields['content'])) !== fields['checksum']) {
      throw new FieldError('checksum', 'that of its content');
    }
    return contentOf(recordField(fields, 'content'));
  } catch (cause) {
    if (cause instanceof CheckpointForeign) throw cause;
    const reason = cause instanceof SyntaxError ? 'it is not JSON' : undefined;
    throw new CheckpointError(
      `it is damaged: ${reason ?? (cause instanceof Error ? cause.message : String(cause))}`,
      { cause },
    );
  }
}

function contentOf(content: JsonRecord): Checkpoint {
  const orders = recordField(content, 'orders');
  const state = recordField(content, 'state');
  const tallies = recordField(state, 'tallies');
  return {
    orders: {
      build: textField(orders, 'build'),
      parameters: decodeParameters(orders['parameters']),
      mutant: orders['mutant'] === null ? undefined : textField(orders, 'mutant'),
      mutantFolder: orders['mutantFolder'] === null ? undefined : textField(orders, 'mutantFolder'),
      plan: planOf(recordField(orders, 'plan')),
      durationMs: boundOf(orders, 'durationMs'),
      bail: booleanField(orders, 'bail'),
    },
    state: {
      taken: integerField(state, 'taken'),
      tallies: new Map(Object.entries(tallies).map(([name, tally]) => [name, tallyOf(tally)])),
    },
    workers: integerField(content, 'workers'),
    wallMs: integerField(content, 'wallMs'),
    stage: oneOfField(stages, content, 'stage'),
    ended: oneOfField(workEndings, content, 'ended'),
  };
}

function planOf(plan: JsonRecord): SeedPlan {
  const shard = recordField(plan, 'shard');
  return {
    scenarios: textListField(plan, 'scenarios'),
    firstSeed: integerField(plan, 'firstSeed'),
    seedsEach: boundOf(plan, 'seedsEach'),
    shard: { index: integerField(shard, 'index'), of: integerField(shard, 'of') },
  };
}

/** JSON knows no Infinity. */
function boundJson(bound: number): number | null {
  return bound === Infinity ? null : bound;
}

function boundOf(fields: JsonRecord, field: string): number {
  return fields[field] === null ? Infinity : integerField(fields, field);
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
