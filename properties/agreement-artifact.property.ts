import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ArtifactError,
  decodeArtifact,
  type DurabilityArtifact,
  encodeArtifact,
} from '../src/agreement/artifact.js';
import type { AgreementWalEntry } from '../src/agreement/entry.js';
import { agreementLevels, finalizationOutcomes } from '../src/agreement/level.js';
import { agreementEvidenceKinds } from '../src/agreement/records.js';
import { AgreementViolation } from '../src/agreement/violation.js';
import { readSinceTick, validateEntries } from '../src/agreement/wal.js';

const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const optionalText = fc.option(text);
const unsigned = fc.maxSafeNat();
const level = fc.constantFrom(...agreementLevels);

const entry: fc.Arbitrary<AgreementWalEntry> = fc.oneof(
  fc.record({
    kind: fc.constant('evidence_produced' as const),
    evidence: fc.record({
      evidenceId: text,
      operationId: text,
      session: fc.option(unsigned),
      ownerId: optionalText,
      level,
      kind: fc.constantFrom(...agreementEvidenceKinds),
      reference: text,
      authoritative: fc.boolean(),
    }),
    tick: unsigned,
  }),
  fc.record({
    kind: fc.constant('escalation' as const),
    operationId: text,
    previousLevel: level,
    newLevel: level,
    evidenceId: optionalText,
    tick: unsigned,
  }),
  fc.record({
    kind: fc.constant('finalization' as const),
    operationId: text,
    outcome: fc.constantFrom(...finalizationOutcomes),
    materializationProofId: optionalText,
    canonicalHandleId: optionalText,
    tick: unsigned,
  }),
  fc.record({
    kind: fc.constant('visibility_gate_crossing' as const),
    operationId: text,
    downstreamCoroutineId: text,
    gateLevel: level,
    tick: unsigned,
  }),
);

const artifact: fc.Arbitrary<DurabilityArtifact> = fc.oneof(
  fc.record({ kind: fc.constant('agreement_wal' as const), entries: fc.array(entry, { maxLength: 8 }) }),
  fc.record({
    kind: fc.constant('recovery_metadata' as const),
    metadata: fc.record({
      checkpointTick: unsigned,
      walTailStartTick: fc.option(unsigned),
      highestRecoveredTick: fc.option(unsigned),
      resumedOperationIds: fc.array(text),
      terminalOperationIds: fc.array(text),
      cachedEvidenceIds: fc.array(text),
    }),
  }),
);

/** What came of reading: nothing but an artifact or its own kind of error may. */
function read(bytes: Uint8Array): DurabilityArtifact | ArtifactError {
  try {
    return decodeArtifact(bytes);
  } catch (error) {
    if (error instanceof ArtifactError) return error;
    throw error;
  }
}

test('an artifact is read as it was written, and written as it was read', () => {
  fc.assert(
    fc.property(artifact, (written) => {
      const bytes = encodeArtifact(written);
      const found = decodeArtifact(bytes);
      expect(found).toEqual(written);
      expect(encodeArtifact(found)).toEqual(bytes);
    }),
    { numRuns: 3000 },
  );
});

test('an artifact that was cut off anywhere, or has anything behind it, is refused', () => {
  fc.assert(
    fc.property(artifact, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 4 }), (written, cut, more) => {
      const bytes = encodeArtifact(written);
      expect(read(bytes.subarray(0, cut % bytes.length))).toBeInstanceOf(ArtifactError);
      expect(read(new Uint8Array([...bytes, ...more]))).toBeInstanceOf(ArtifactError);
    }),
    { numRuns: 2000 },
  );
});

test('changed bytes are read as an artifact or refused as none, and what is read can be written again', () => {
  const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
  fc.assert(
    fc.property(artifact, fc.array(change, { minLength: 1, maxLength: 3 }), (written, changes) => {
      const bytes = encodeArtifact(written);
      for (const [at, mask] of changes) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ mask;
      const found = read(bytes);
      if (found instanceof ArtifactError) return;
      expect(decodeArtifact(encodeArtifact(found))).toEqual(found);
    }),
    { numRuns: 3000 },
  );
});

test('a prefix of a valid WAL is valid, and its tail is valid upon what the prefix gives', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom(1, 2, 3, 4)), { maxLength: 12 });
  fc.assert(
    fc.property(steps, fc.nat(), (given, cut) => {
      const entries = given.flatMap(([operationId, kind], tick) => life(operationId, kind, tick));
      const whole = valid(entries);
      const at = cut % (whole.length + 1);
      const operations = validateEntries(whole.slice(at), validateEntries(whole.slice(0, at)));
      expect(operations).toEqual(validateEntries(whole));
    }),
    { numRuns: 2000 },
  );
});

test('reading since a tick keeps exactly the later entries, in order', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), fc.nat(), (entries, pick) => {
      const tick = entries[pick % Math.max(entries.length, 1)]?.tick ?? 0;
      const later = new Set(readSinceTick(entries, tick));
      expect(entries.filter((each) => later.has(each) === each.tick <= tick)).toEqual([]);
      expect([...later]).toEqual(entries.filter((each) => later.has(each)));
    }),
    { numRuns: 1000 },
  );
});

/** One thing that may happen to an operation, as entries; whether it may happen now is not looked at. */
function life(operationId: string, kind: number, tick: number): readonly AgreementWalEntry[] {
  const ids = { materializationProofId: null, canonicalHandleId: null };
  switch (kind) {
    case 1:
      return [
        {
          kind: 'escalation',
          operationId,
          previousLevel: 'none',
          newLevel: 'provisional',
          evidenceId: null,
          tick,
        },
      ];
    case 2:
      return [
        {
          kind: 'escalation',
          operationId,
          previousLevel: 'provisional',
          newLevel: 'soft_safe',
          evidenceId: null,
          tick,
        },
      ];
    case 3:
      return [{ kind: 'finalization', operationId, outcome: 'finalized', ...ids, tick }];
    default:
      return [
        {
          kind: 'visibility_gate_crossing',
          operationId,
          downstreamCoroutineId: 'c',
          gateLevel: 'provisional',
          tick,
        },
      ];
  }
}

/** The longest prefix that the validator takes. */
function valid(entries: readonly AgreementWalEntry[]): readonly AgreementWalEntry[] {
  for (let length = entries.length; length > 0; length -= 1) {
    const prefix = entries.slice(0, length);
    try {
      validateEntries(prefix);
      return prefix;
    } catch (error) {
      if (!(error instanceof AgreementViolation)) throw error;
    }
  }
  return [];
}
