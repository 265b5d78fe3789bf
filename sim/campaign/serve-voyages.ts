import { parentPort, workerData } from 'node:worker_threads';
import type { VoyageParameters } from '../kernel/parameters.js';
import { Tape } from '../kernel/tape.js';
import { sail, sailOn, type Scenario } from '../kernel/voyage.js';
import { Beat } from './beat.js';
import { confirmFailure } from './confirm.js';
import { sailChunk } from './sail-chunk.js';
import { sailSurvey } from './survey.js';
import { sailShortForm } from './short-form.js';
import { sweepStretch } from './sweep-stretch.js';
import type { WorkerBirth, WorkerReply, WorkerRequest } from './worker-protocol.js';

/**
 * The whole of a worker: answers each request of the main thread by sailing some of `known`.
 *
 * @param equip - Gives a scenario the parameters that this worker was born with.
 */
export function serveVoyages(
  known: readonly Scenario[],
  equip: (scenario: Scenario, parameters: VoyageParameters) => Scenario,
): void {
  const port = parentPort;
  if (port === null) throw new Error('voyages are served from a worker thread only');
  const birth: WorkerBirth = workerData;
  const beat = new Beat(birth.beat);
  const scenarios = known.map((scenario) => equip(scenario, birth.parameters));
  port.on('message', (request: WorkerRequest) => {
    answer(scenarios, request, beat).then(
      (reply) => port.postMessage(reply),
      (error: unknown) => {
        const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
        const reply: WorkerReply = { type: 'broken', message };
        port.postMessage(reply);
      },
    );
  });
}

async function answer(
  scenarios: readonly Scenario[],
  request: WorkerRequest,
  beat: Beat,
): Promise<WorkerReply> {
  const name = request.type === 'chunk' ? request.chunk.scenario : request.scenario;
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (scenario === undefined) throw new Error(`this worker knows no scenario ${name}`);
  if (request.type === 'chunk') {
    return { type: 'chunk', tally: await sailChunk(scenario, request.chunk, request.bail, beat) };
  }
  if (request.type === 'confirm') {
    return { type: 'confirm', confirmation: await confirmFailure(scenario, request.suspect) };
  }
  if (request.type === 'short-form') {
    return { type: 'short-form', shortForm: await sailShortForm(scenario) };
  }
  if (request.type === 'sweep') {
    return { type: 'sweep', tally: await sweepStretch(scenario, request.stretch, request.limits, beat) };
  }
  if (request.type === 'survey') {
    return { type: 'survey', surveyed: await sailSurvey(scenario, request.survey, import.meta.url, beat) };
  }
  if (request.type === 'voyage') {
    return { type: 'voyage', verdict: await sail(scenario, request.source, { record: true }) };
  }
  // Its choices alone are recorded: a candidate may run on up to its limit, and its events take gigabytes.
  const tape = new Tape(request.source, { record: true });
  const eventsMax = Math.min(scenario.eventsMax, request.eventsMax);
  const { end, violation, choices, events } = await sailOn({ ...scenario, eventsMax }, tape, {
    record: false,
  });
  return { type: 'trial', trial: { end, violation, choices, events } };
}
