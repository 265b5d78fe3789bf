import { shrinkFailure } from '../campaign/shrink-failure.js';
import type { VoyageParameters } from '../kernel/parameters.js';
import type { FailureStory } from '../report/html/failure-page.js';
import { readReplaySubject, replayParameters } from './replay-subject.js';
import { type Ship, workerOptions } from './ship.js';
import { parseWorkers } from './values.js';

/** What a reproduction file has to tell, if it still fails. */
export type Story =
  | { readonly kind: 'fails'; readonly story: FailureStory }
  | { readonly kind: 'passes'; readonly message: string };

/** Sails a reproduction file again with everything recorded, and once without each of its choices. @throws UsageError */
export async function readStory(
  file: string,
  shipFor: (parameters: VoyageParameters) => Promise<Ship>,
): Promise<Story> {
  const subject = readReplaySubject('report', [file], undefined);
  const { reproduction, scenario, source } = subject;
  const ship = await shipFor(replayParameters(subject, {}));
  const outcome = await shrinkFailure(scenario.name, source, {
    ...workerOptions(ship),
    workers: parseWorkers(undefined),
    // It is explained as it is.
    trialsMax: 0,
    isOver: () => false,
    onProgress: () => {},
  });
  if (!('smallest' in outcome)) {
    return {
      kind: 'passes',
      message: `${file} does not fail in build ${ship.build}: there is nothing to show`,
    };
  }
  const { smallest, needed } = outcome;
  const { build, seed } = reproduction ?? { build: ship.build, seed: subject.seed };
  const command = reproduction?.command ?? '';
  const story = {
    reproduction: { build, scenario: scenario.name, seed },
    verdict: smallest,
    needed,
    command,
  };
  return { kind: 'fails', story };
}
