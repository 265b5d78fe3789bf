import type { EvidenceCommand } from '../../../src/evidence/command.js';
import type { BoundEvidence } from '../../../src/evidence/evidence.js';
import type { EffectOutcome } from '../../../src/evidence/outcome.js';

/**
 * The cache once more, as small and as differently as it can be told: one list of texts, searched from the front. Knows what
 * is accepted and what is then held; knows nothing of how it is recorded.
 */
interface Modelled {
  readonly id: string;
  readonly operationId: string;
  /** Everything but the id, as text. */
  readonly body: string;
  /** When it was released, counted in releases and, within one, in pieces; undefined while it is needed. */
  releasedAt: number | undefined;
}

const kept = ['invalid_input', 'invalid_evidence', 'contract_violation'];

export class EvidenceModel {
  #pieces: Modelled[] = [];
  #releases = 0;

  /** Whether the command is accepted; if so, its effects are in. */
  accepts(command: EvidenceCommand, entriesMax: number): boolean {
    if (command.kind === 'release') {
      for (const piece of this.#pieces) {
        if (piece.operationId !== command.operationId || piece.releasedAt !== undefined) continue;
        this.#releases += 1;
        piece.releasedAt = this.#releases;
      }
      return true;
    }
    if (command.kind === 'forget') {
      this.#pieces = this.#pieces.filter(
        (piece) => piece.operationId !== command.operationId || piece.releasedAt !== undefined,
      );
      return true;
    }
    const { evidence } = command;
    if (!isKept(evidence)) return false;
    const body = bodyOf(evidence);
    const known = this.#pieces.find((piece) => piece.id === evidence.evidenceId);
    if (known !== undefined) return known.body === body;
    const goners = this.#pieces
      .filter((piece) => piece.releasedAt !== undefined)
      .sort((one, other) => (one.releasedAt ?? 0) - (other.releasedAt ?? 0))
      .slice(0, Math.max(0, this.#pieces.length + 1 - entriesMax));
    if (this.#pieces.length - goners.length >= entriesMax) return false;
    this.#pieces = this.#pieces.filter((piece) => !goners.includes(piece));
    const { evidenceId, operationId } = evidence;
    this.#pieces.push({ id: evidenceId, operationId, body, releasedAt: undefined });
    return true;
  }

  /** What is known, in a form to compare: by evidence id, its body and whether it is needed. */
  view(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.#pieces.map(({ id, body, releasedAt }) => [id, viewOf(body, releasedAt === undefined)]),
    );
  }

  /** The ids of what operations still need. */
  needed(): readonly string[] {
    return this.#pieces.filter((piece) => piece.releasedAt === undefined).map((piece) => piece.id);
  }
}

export function viewOf(body: string, isNeeded: boolean): string {
  return `${isNeeded ? 'needed' : 'evictable'} ${body}`;
}

export function bodyOf({ evidenceId: _, ...body }: BoundEvidence<EffectOutcome>): string {
  return JSON.stringify(Object.entries(body).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function isKept({ outcome, leaseInRequest }: BoundEvidence<EffectOutcome>): boolean {
  if (outcome.status === 'failure') return kept.includes(outcome.kind);
  return outcome.status === 'success' && (leaseInRequest || outcome.response.kind !== 'acquire');
}
