import { expect, test } from 'vitest';
import { decode, encode } from '../../../src/codec/cbor.js';
import { type Submissions, submissionsProjection } from '../../../src/node/submissions.js';
import { stepKeyOf } from '../../../src/steps/step-key.js';

test('a snapshot takes as many as may be alive', () => {
  const room = submissionsProjection;
  const submissions: Submissions = new Map();
  const parent = { operationId: 'p', stepKey: stepKeyOf('ask#0') };
  for (let number = 1; number <= 150_000; number += 1) {
    const operationId = `operation-${number}`;
    const input = new Uint8Array([number % 256]);
    room.apply(submissions, { kind: 'submitted', operationId, workflow: 'w', input, parent }, number);
  }
  expect(room.restore(decode(encode(room.capture(submissions)))).size).toBe(150_000);
});
