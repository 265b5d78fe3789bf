import * as fc from 'fast-check';
import type { OperationsCommand } from '../../../src/operations/command.js';
import { operationKinds } from '../../../src/operations/kind.js';
import {
  acknowledge,
  advance,
  cancelWait,
  collect,
  end,
  lostInRestart,
  peerReady,
  progress,
  register,
  retire,
  rollBack,
  specChanges,
  start,
  terminateOwner,
  waitAll,
} from './fixtures.js';

/** Few names, so that commands meet the same operation again and again, and evicted ones come back. */
const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const operationId = fc.constantFrom(...ids);
const requestId = fc.constantFrom('w', 'x', 'y');
const watched = fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.subarray(ids, { maxLength: 2 }));

/** An id is nearly always registered as the same: its kind, owner and input follow from it. */
const registration = fc
  .record({
    id: operationId,
    isOther: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
    inputFingerprint: fc.constantFrom('same', 'same', 'same', 'same', 'same', 'other'),
    concurrentMax: fc.constantFrom(null, null, null, 3),
  })
  .map<OperationsCommand>(({ id, isOther, ...rest }) => {
    const kind = operationKinds[ids.indexOf(id) % operationKinds.length] ?? 'background_tool_op';
    const ownerSessionId = isOther ? 'stranger' : `owner ${ids.indexOf(id) % 3}`;
    return { ...register(id, { ...specChanges[kind], ownerSessionId }), ...rest };
  });

const ending = fc
  .tuple(
    fc.constantFrom(
      'complete_operation' as const,
      'complete_operation' as const,
      'mark_retired' as const,
      'fail_operation' as const,
      'cancel_operation' as const,
      'provisioning_failed' as const,
      'abort_provisioning' as const,
    ),
    operationId,
    watched,
  )
  .map<OperationsCommand>(([kind, id, untold]) => end(kind, id, untold));

/** Mostly within reach: a registry rarely sees more than a handful of ends. */
const seq = fc.oneof({ weight: 6, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.nat(20) });

const onOne = fc
  .tuple(
    fc.constantFrom(
      start,
      start,
      start,
      start,
      start,
      start,
      (id: string) => progress(id),
      (id: string) => peerReady(id),
      retire,
      rollBack,
    ),
    operationId,
  )
  .map<OperationsCommand>(([command, id]) => command(id));

/** Those that can have a peer, by the kind that {@link registration} gives them. */
const onPeer = fc
  .tuple(fc.constantFrom('a', 'e'), fc.constantFrom({}, {}, { address: 'elsewhere' }))
  .map<OperationsCommand>(([id, changes]) => peerReady(id, changes));

const onWait = fc.oneof(
  fc
    .tuple(requestId, fc.array(operationId, { maxLength: 3 }))
    .map(([id, members]) => waitAll(id, ...members)),
  fc.tuple(requestId, fc.subarray(ids, { maxLength: 3 })).map(([id, members]) => waitAll(id, ...members)),
  fc
    .tuple(fc.constantFrom(cancelWait, acknowledge, acknowledge), requestId)
    .map(([command, id]) => command(id)),
);

/** Anything that may be asked of the registry, in proportions that fill it, empty it and fill it again. */
export const arbitraryCommand: fc.Arbitrary<OperationsCommand> = fc.oneof(
  { weight: 12, arbitrary: registration },
  { weight: 18, arbitrary: onOne },
  { weight: 5, arbitrary: onPeer },
  { weight: 10, arbitrary: ending },
  { weight: 5, arbitrary: onWait },
  {
    weight: 3,
    arbitrary: fc.record({ applied: seq, observed: seq, injected: seq }, { requiredKeys: [] }).map(advance),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('owner 0', 'owner 1'), watched)
      .map((given) => terminateOwner(...given)),
  },
  { weight: 1, arbitrary: fc.array(operationId, { maxLength: 3 }).map((given) => lostInRestart(...given)) },
  { weight: 1, arbitrary: watched.map(collect) },
);
