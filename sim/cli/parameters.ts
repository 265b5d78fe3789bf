import type { VoyageParameters } from '../kernel/parameters.js';
import { ParameterUnknown, resolveParameters } from '../nemesis/equip.js';
import { UsageError } from './usage-error.js';

export const parameterOptions = {
  profile: {
    type: 'string',
    value: 'NAME',
    help: 'which faults may strike, and how hard: see seaworthy list',
  },
  schedule: { type: 'string', value: 'NAME', help: 'random, fifo, pct:DEPTH, delay:COUNT or exhaustive' },
} as const;

/** How the runs of this command differ from their scenarios. @throws UsageError */
export function readParameters(values: {
  readonly profile?: string | undefined;
  readonly schedule?: string | undefined;
}): VoyageParameters {
  const { profile, schedule } = values;
  const parameters = {
    ...(profile === undefined ? {} : { profile }),
    ...(schedule === undefined ? {} : { schedule }),
  };
  try {
    resolveParameters(parameters);
  } catch (error) {
    if (!(error instanceof ParameterUnknown)) throw error;
    throw new UsageError(`${error.message}. See: seaworthy list`, { cause: error });
  }
  return parameters;
}
