import { scenarios as allScenarios } from '../../scenarios/index.js';
import { counted } from '../report/figures.js';
import type { GateRequest, PartResult } from './gate-request.js';
import { signalOf } from './stop-signals.js';
import { sailSweep } from './sweep.js';

/** Crashes every machine of each short form at every port call. */
export async function checkSweep(request: GateRequest): Promise<PartResult> {
  const { workers, bail, outputFolder, planted, ship } = request;
  const scenarios = request.scenarios.filter(({ shortForm }) => shortForm !== undefined);
  const mutant = planted?.id;
  const document = await sailSweep({ scenarios, depth: 1, workers, bail, mutant, outputFolder }, ship);
  const harnessFaults = [...(document.lost === null ? [] : [document.lost]), ...document.writeErrors];
  const failures = document.failures.map(({ invariant, scenario, message, command }) => {
    return `${invariant} in ${scenario}: ${message}${command === null ? '' : `: ${command}`}`;
  });
  const unswept = allScenarios.filter(({ name, shortForm }) => {
    const points = document.scenarios.find((swept) => swept.name === name)?.points ?? 0;
    return shortForm !== undefined && points === 0;
  });
  const cut = document.scenarios.filter(({ inconclusive }) => inconclusive > 0);
  const points = document.scenarios.reduce((sum, swept) => sum + swept.points, 0);
  return {
    part: {
      done: `crashed machines at ${counted(points, 'point')} of ${counted(scenarios.length, 'short form')}, ${counted(document.runs, 'run')}`,
      broken: [...failures, ...harnessFaults],
      unchecked: [
        ...unswept.map(({ name }) => `the short form of ${name} was not swept`),
        ...cut.map(({ name, inconclusive }) => `${inconclusive} runs of ${name} were cut by a limit`),
        ...(document.ended === 'complete' ? [] : [`the sweep did not end: ${document.ended}`]),
      ],
      harnessFault: harnessFaults.length > 0,
    },
    figures: {
      sweep: document.scenarios.map(({ name, points: ofName, runs, cutPoints }) => {
        return { scenario: name, points: ofName, runs, cutPoints };
      }),
    },
    stoppedBy: signalOf(document.exit),
  };
}
