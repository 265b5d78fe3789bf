import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { auditSince } from '../src/ownership/audit.js';
import type { OwnershipCommand } from '../src/ownership/command.js';
import { isBookkeeping, type OwnershipEntry } from '../src/ownership/entry.js';
import { expiresAtMs } from '../src/ownership/lease.js';
import type { OwnershipLimits } from '../src/ownership/limits.js';
import type { OwnershipState } from '../src/ownership/state.js';
import { Authority } from '../test/unit/ownership/fixtures.js';
import { arbitraryIntent, commandOf, type Intent, needsAuthority } from '../test/unit/ownership/intent.js';
import { OwnershipModel, scopeText } from '../test/unit/ownership/model.js';

const limits: fc.Arbitrary<OwnershipLimits> = fc.record({
  sessionsMax: fc.integer({ min: 1, max: 3 }),
  archivedMax: fc.constantFrom(1, 1, 2),
  auditRecordsMax: fc.constantFrom(2, 5, 1000),
  witnessesMax: fc.integer({ min: 1, max: 2 }),
  leaseTtlMs: fc.constantFrom(100, 200),
  transferTtlMs: fc.constantFrom(40, 200),
});

const intents = fc.array(arbitraryIntent, { minLength: 20, maxLength: 80, size: 'max' });

function view({ sessions, archived }: OwnershipState): Readonly<Record<string, string>> {
  const shown: Record<string, string> = {};
  for (const { sessionId, generation, ending } of archived.values()) {
    shown[sessionId] = `archived ${ending.reason.kind} ${generation}`;
  }
  for (const { sessionId, generation, holder, pending, ending, witnesses } of sessions.values()) {
    if (ending !== null) shown[sessionId] = `held ${ending.reason.kind} ${generation}`;
    else if (holder === null) shown[sessionId] = `free ${generation}`;
    else {
      const until = expiresAtMs(holder.lease);
      const ids = [...witnesses.keys()].join();
      shown[sessionId] =
        `${holder.ownerId} ${generation} ${scopeText(holder.scope)} ${until} ${pending?.receipt.toOwnerId} ${ids}`;
    }
  }
  return shown;
}

type GivenCommand = Exclude<OwnershipCommand, { kind: 'deny' }>;

/** Gives the commands of some intents one after the other, and tells what came of each. A refusal is recorded. */
function drive(
  authority: Authority,
  sequence: readonly Intent[],
  told: (command: GivenCommand, code: string, entries: readonly OwnershipEntry[]) => void,
): void {
  for (const intent of sequence) {
    const command = commandOf(intent, authority, authority.state.latestMs);
    if (command === undefined) continue;
    const { refusal, entries } = authority.give(command);
    if (refusal === undefined) told(command, 'ok', entries);
    else {
      assert(needsAuthority(command), `${command.kind}: ${refusal.message}`);
      told(command, refusal.code, authority.do({ kind: 'deny', act: command }));
    }
  }
}

test('answers as the model does, and shows the same owners, offers, witnesses and ends', () => {
  const seen = new Map<string, number>();
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  fc.assert(
    fc.property(limits, intents, (given, sequence) => {
      const authority = new Authority(given);
      const model = new OwnershipModel(given);
      drive(authority, sequence, (command, code, entries) => {
        assert.equal(code.replace('OWNERSHIP_', ''), model.answer(command), JSON.stringify(command));
        assert.deepEqual(view(authority.state), model.view(), JSON.stringify(command));
        count(code);
        for (const { kind } of entries) count(kind);
      });
    }),
    { numRuns: 3000 },
  );
  // All 17 kinds of entries, and the 16 refusals of authority.
  expect([...seen.keys()].filter((what) => what !== 'ok')).toHaveLength(17 + 16);
  expect(Math.min(...seen.values())).toBeGreaterThan(10);
});

test('no generation is granted twice, nobody acts but its one owner before the end of the lease, no end is changed', () => {
  fc.assert(
    fc.property(limits, intents, (given, sequence) => {
      const authority = new Authority(given);
      drive(authority, sequence, () => {});
      const highest = new Map<string, number>();
      const live = new Map<string, { readonly generation: number; untilMs: number }>();
      const ended = new Set<string>();
      let latestMs = 0;
      for (const entry of authority.log) {
        assert(entry.atMs >= latestMs);
        latestMs = entry.atMs;
        if (entry.kind === 'session_ended') {
          assert(!ended.has(entry.witness.sessionId) && !live.has(entry.witness.sessionId));
          ended.add(entry.witness.sessionId);
        } else if (entry.kind === 'session_forgotten') ended.delete(entry.sessionId);
        if (!('capability' in entry)) continue;
        const { sessionId, generation } = entry.capability;
        const owner = live.get(sessionId);
        assert(!ended.has(sessionId));
        if (entry.kind === 'capability_issued') {
          assert(owner === undefined && generation > (highest.get(sessionId) ?? -1));
          highest.set(sessionId, generation);
          live.set(sessionId, { generation, untilMs: expiresAtMs(entry.lease) });
          continue;
        }
        assert(owner !== undefined && owner.generation === generation);
        assert.equal(entry.kind === 'lease_expired', entry.atMs >= owner.untilMs);
        if (entry.kind === 'lease_renewed') owner.untilMs = expiresAtMs(entry.lease);
        else if (entry.kind !== 'capability_used') live.delete(sessionId);
      }
    }),
    { numRuns: 2000 },
  );
});

test('each witness and each receipt is issued once, and has one end, under the generation that it was issued in', () => {
  fc.assert(
    fc.property(limits, intents, (given, sequence) => {
      const authority = new Authority(given);
      drive(authority, sequence, () => {});
      const open = new Map<string, string>();
      const known = new Set<string>();
      for (const entry of authority.log) {
        const about =
          'receipt' in entry
            ? ([`receipt ${entry.receipt.claimId}`, JSON.stringify(entry.receipt)] as const)
            : 'witness' in entry && entry.kind !== 'session_ended'
              ? ([`witness ${entry.witness.witnessId}`, JSON.stringify(entry.witness)] as const)
              : undefined;
        if (about === undefined) continue;
        const [name, text] = about;
        if (entry.kind === 'receipt_issued' || entry.kind === 'readiness_issued') {
          assert(!known.has(name));
          known.add(name);
          open.set(name, text);
        } else {
          assert.equal(open.get(name), text);
          open.delete(name);
        }
      }
      const { sessions } = authority.state;
      const held = [...sessions.values()].reduce(
        (count, { pending, witnesses }) => count + witnesses.size + (pending === null ? 0 : 1),
        0,
      );
      assert.equal(open.size, held);
    }),
    { numRuns: 2000 },
  );
});

test('the audit has one record of each refusal and of each change, in the order of the log, and no hole', () => {
  fc.assert(
    fc.property(limits, intents, (given, sequence) => {
      const authority = new Authority(given);
      let seq = 0;
      drive(authority, sequence, (_, code, entries) => {
        const audited = entries.filter((entry) => !isBookkeeping(entry));
        const denials = audited.filter((entry) => entry.kind === 'denied');
        assert.deepEqual(
          denials.map((denial) => denial.code),
          code === 'ok' ? [] : [code],
        );
        seq += audited.length;
        const { archive, records } = auditSince(authority.state, 0, Infinity);
        assert.deepEqual(
          records.map((record) => record.seq),
          records.map((_record, index) => archive.records + 1 + index),
        );
        assert.equal(archive.records + records.length, seq);
      });
    }),
    { numRuns: 2000 },
  );
});

test('nothing grows beyond its limit', () => {
  fc.assert(
    fc.property(limits, intents, (given, sequence) => {
      const authority = new Authority(given);
      drive(authority, sequence, () => {
        const { sessions, archived, auditRecords } = authority.state;
        assert(sessions.size <= given.sessionsMax && archived.size <= given.archivedMax);
        assert(auditRecords.length <= given.auditRecordsMax);
        for (const { witnesses } of sessions.values()) assert(witnesses.size <= given.witnessesMax);
      });
    }),
    { numRuns: 1000 },
  );
});

test('an authority that restarts anywhere, from a snapshot or from its log, ends as one that never does', () => {
  fc.assert(
    fc.property(limits, intents, fc.array(fc.nat(79), { maxLength: 4 }), (given, sequence, restarts) => {
      const steady = new Authority(given);
      let restarted = new Authority(given);
      let told = 0;
      drive(steady, sequence, (_, _code, entries) => {
        restarted.take(entries);
        if (restarts.includes(told)) restarted = restarted.restarted(given);
        told += 1;
        assert.equal(restarted.bytes(), steady.bytes());
      });
      const replayed = steady.replayed();
      assert.deepEqual(replayed.log, steady.log);
      assert.deepEqual(replayed.state, steady.state);
      assert.equal(replayed.bytes(), steady.bytes());
    }),
    { numRuns: 1000 },
  );
});
