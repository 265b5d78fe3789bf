import { decode } from '../../src/codec/cbor.js';
import { readArray, readText } from '../../src/codec/shape.js';
import { decodeWitness } from '../../src/node/worker/witness-room.js';
import type { Simulation } from '../kernel/simulation.js';
import { tellSagas } from './tell-sagas.js';
import { tellWorkflow } from './tell-workflow.js';
import type { RecordTeller } from './witness.js';

/** What the records of a worker say, for the oracles. */
export function tellWorker(simulation: Simulation, node: string): RecordTeller {
  const tellRest = tellWorkflow(simulation, node);
  return (bytes, lsn) => {
    const [room, value = null] = readArray(decode(bytes), 'record');
    switch (readText(room, 'record[0]')) {
      case 'witness': {
        const { operationId: operation, sessionId: session, generation } = decodeWitness(value);
        return [{ kind: 'log.witnessed', node, operation, session, generation }];
      }
      case 'sagas':
        return tellSagas(value, node);
      default:
        return tellRest(bytes, lsn);
    }
  };
}
