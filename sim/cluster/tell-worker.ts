import { decodeWitness } from '../../src/node/worker/witness-room.js';
import type { Simulation } from '../kernel/simulation.js';
import { tellSagas } from './tell-sagas.js';
import { tellWorkflow } from './tell-workflow.js';
import type { RecordTeller } from './witness.js';

/** What the records of a worker say, for the oracles. */
export function tellWorker(simulation: Simulation, node: string): RecordTeller {
  const tellRest = tellWorkflow(simulation, node);
  return (record, lsn) => {
    const { room, value } = record;
    switch (room) {
      case 'witness': {
        const { operationId: operation, sessionId: session, generation } = decodeWitness(value);
        return [{ kind: 'log.witnessed', node, operation, session, generation }];
      }
      case 'sagas':
        return tellSagas(value, node);
      default:
        return tellRest(record, lsn);
    }
  };
}
