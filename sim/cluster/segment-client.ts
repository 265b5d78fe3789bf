import type { CborValue } from '../../src/codec/cbor.js';
import { compactionInput } from '../../src/sagas/compaction-saga.js';
import { evictionInput } from '../../src/sagas/eviction-saga.js';
import { objectOf } from '../../src/sagas/local-segments.js';
import type { SagaEnd } from '../../src/sagas/saga.js';
import type { FleetWorkload } from './fleet-client.js';
import type { Machine } from './machine.js';
import { pause } from './pause.js';
import { runSaga } from './saga-client.js';
import { makeInput } from './segment-works.js';
import { SegmentWatch } from './segment-watch.js';
import type { WorkerService } from './worker-service.js';

const segmentsMax = 3;
const contentsMax = 3;

/** What befalls segments. */
export type SegmentFate = 'evict' | 'evict-twice' | 'compact';

/** Makes segments at a worker, few of which are unlike the others, and has them evicted and compacted, more than once at the same time. */
export async function runSegmentClient(
  workload: FleetWorkload,
  name: string,
  fates: readonly [SegmentFate, ...SegmentFate[]],
): Promise<void> {
  const { simulation } = workload.fleet;
  const { tape } = simulation;
  const worker = tape.pick('workload.worker', workload.workers);
  const client = new SegmentClient(workload, name, worker);
  const lives: Promise<void>[] = [];
  for (let left = tape.between('workload.segments', 1, segmentsMax); left > 0; left -= 1) {
    await pause(simulation, tape.draw('workload.think', workload.thinkMsMax));
    lives.push(client.live(left, tape.pick('workload.fate', fates)));
  }
  await Promise.all(lives);
}

class SegmentClient {
  readonly #workload: FleetWorkload;
  readonly #name: string;
  readonly #worker: Machine<WorkerService>;
  readonly #watch: SegmentWatch;

  constructor(workload: FleetWorkload, name: string, worker: Machine<WorkerService>) {
    this.#workload = workload;
    this.#name = name;
    this.#worker = worker;
    this.#watch = new SegmentWatch(worker);
  }

  async live(index: number, fate: SegmentFate): Promise<void> {
    const { tape } = this.#workload.fleet.simulation;
    const bytes = new Uint8Array(64 + tape.draw('workload.segment-length', 700)).fill(
      tape.draw('workload.segment-content', contentsMax),
    );
    const name = `${this.#name}.segment-${index}`;
    const segmentId = index.toString(16).padStart(32, '0');
    const made = await this.#run('make', `${name}.make`, makeInput(name, segmentId, bytes));
    if (made.kind !== 'done') return;
    this.#watch.made(segmentId, bytes);
    const object = objectOf(bytes);
    if (fate === 'compact') {
      const manifest = { name: `${name}.all`, replaces: null, segments: [{ segmentId, object }] };
      await this.#run('compaction', `${name}.compaction`, compactionInput(manifest));
    }
    const evict = (saga: string): Promise<SagaEnd> =>
      this.#run('eviction', `${name}.${saga}`, evictionInput({ name, segmentId, object }));
    const evictions = [evict('eviction')];
    if (fate === 'evict-twice') evictions.push(evict('eviction-again'));
    await Promise.all(evictions);
  }

  #run(saga: string, sagaId: string, input: CborValue): Promise<SagaEnd> {
    const sessionId = this.#workload.sessions[0];
    return runSaga(this.#workload, this.#name, this.#worker, { sagaId, sessionId, name: saga, input });
  }
}
