import type { OperationsNode, OperationsRequest } from '../../src/node/operations-node.js';
import { NodeStopped } from '../../src/node/errors.js';
import type { Outcome } from '../../src/node/shell.js';
import type { Cursors } from '../../src/operations/cursors.js';
import type { CompletionPage } from '../../src/operations/feed.js';
import type { OperationsRefusal } from '../../src/operations/refusal.js';
import type { OperationSnapshot } from '../../src/operations/view.js';
import type { WatchEnd } from '../../src/operations/watchers.js';
import type { OperationCallFact, Purpose } from '../oracles/operation-facts.js';
import { changesOf, purposeOf, subjectOf, termsOf } from './operations-requests.js';
import type { OperationsService } from './operations-service.js';
import { answersText, refusalText, snapshotText, standingText } from './operations-words.js';
import { pause } from './pause.js';
import { tellPage } from './tell-page.js';
import { ask, type SingleNode } from './single-node.js';

type Sea = SingleNode<OperationsService>;
type Place = Extract<OperationCallFact, { readonly kind: 'client.shown' }>['place'];

interface Call<Answer> {
  readonly purpose: Purpose;
  readonly subject: string;
  readonly terms?: string;
  readonly activeMax?: number;
  readonly action: (node: OperationsNode) => Promise<Answer>;
  /** Tells the bench what the answer says, at the moment when it leaves the machine. */
  readonly tell: (answer: Answer, request: string) => void;
}

const watchEnds = ['ended', 'evicted', 'rolled_back', 'unknown'] as const;
const waitEnds = ['satisfied', 'cancelled', 'refused'] as const;

/** How a wait came out, in the words of who waited. Undefined when the node was given up. */
export type WaitWord = 'satisfied' | 'cancelled' | 'refused' | undefined;

/**
 * One client of the operations node: asks again and again, since whoever does not know what came of it may ask again, and tells the bench
 * what it was told.
 */
export class OperationsCaller {
  readonly #sea: Sea;
  readonly name: string;
  #calls = 0;

  constructor(sea: Sea, name: string) {
    this.#sea = sea;
    this.name = name;
  }

  /** Whether the command was accepted; undefined when the node was given up. */
  async submit(request: OperationsRequest): Promise<boolean | undefined> {
    const subject = subjectOf(request);
    const outcome = await this.#untilAnswered<Outcome<OperationsRefusal>>({
      purpose: purposeOf(request),
      subject,
      terms: termsOf(request),
      activeMax: request.kind === 'register_operation' ? (request.concurrentMax ?? 0) : 0,
      action: (node) => node.submit(request),
      tell: (answer, call) => {
        if (answer.kind === 'refused') this.#tellRefusal(answer.refusal, call);
        else {
          for (const change of changesOf(request)) {
            this.#tell({ kind: 'client.accepted', node: this.name, request: call, ...change });
          }
        }
      },
    });
    return outcome === undefined ? undefined : outcome.kind === 'accepted';
  }

  async watch(operation: string): Promise<void> {
    await this.#untilAnswered<WatchEnd>({
      purpose: 'watch',
      subject: operation,
      action: (node) => connected(node.watch(operation)),
      tell: (end, request) => {
        if (end.kind === 'closed') return;
        for (const kind of watchEnds) this.#sometimes(`a watch ends as ${kind}`, end.kind === kind);
        if ('seq' in end) this.#tellEnd(request, 'watch', operation, end.outcome.kind, end.seq);
        this.#tell({ kind: 'client.watched', node: this.name, request, operation, end: end.kind });
      },
    });
  }

  async waitAll(wait: string, operationIds: readonly string[]): Promise<WaitWord> {
    const outcome = await this.#untilAnswered({
      purpose: 'wait',
      subject: wait,
      terms: operationIds.join(' '),
      action: (node) => connected(node.waitAll({ requestId: wait, operationIds })),
      tell: (end, request) => {
        if (end.kind === 'closed') return;
        for (const kind of waitEnds) this.#sometimes(`a wait ends as ${kind}`, end.kind === kind);
        if (end.kind === 'refused') {
          this.#tellRefusal(end.refusal, request);
          return;
        }
        const given = end.kind === 'satisfied' ? end.answers : [];
        for (const [index, answer] of given.entries()) {
          if (answer.kind !== 'ended') continue;
          const operation = operationIds[index] ?? '';
          this.#tellEnd(request, 'barrier', operation, answer.outcome.kind, answer.seq);
        }
        const answers = answersText(given);
        this.#sometimes('a wait is for what was taken back', answers.includes('rolled_back'));
        this.#tell({ kind: 'client.waited', node: this.name, request, wait, end: end.kind, answers });
      },
    });
    if (outcome === undefined) return undefined;
    return outcome.kind === 'satisfied' || outcome.kind === 'refused' ? outcome.kind : 'cancelled';
  }

  async list(): Promise<void> {
    await this.#untilAnswered({
      purpose: 'list',
      subject: '',
      action: (node) => node.list(),
      tell: ({ active, operations }, request) => {
        for (const snapshot of operations) this.#tellSnapshot(snapshot, request);
        const listing = operations
          .map((snapshot) => `${snapshot.operationId}=${snapshotText(snapshot)}`)
          .join(' ');
        this.#tell({ kind: 'client.listed', node: this.name, request, active, listing });
      },
    });
  }

  /** Looks at an operation; at what is left of it when it is not held. */
  async look(operation: string): Promise<void> {
    const saw = (request: string, standing: string): void =>
      this.#tell({ kind: 'client.saw', node: this.name, request, operation, standing });
    const snapshot = await this.#untilAnswered({
      purpose: 'look',
      subject: operation,
      action: async (node) => ({ found: await node.snapshot(operation) }),
      tell: ({ found }, request) => {
        if (found === undefined) return;
        this.#tellSnapshot(found, request);
        saw(request, snapshotText(found));
      },
    });
    if (snapshot?.found !== undefined) return;
    await this.#untilAnswered({
      purpose: 'look',
      subject: operation,
      action: (node) => node.standing(operation),
      tell: (standing, request) => {
        if (standing.kind !== 'held') saw(request, standingText(standing));
      },
    });
  }

  /** A page of the feed. */
  feed(afterSeq: number, limit: number): Promise<CompletionPage | undefined> {
    return this.#untilAnswered<CompletionPage>({
      purpose: 'feed',
      subject: '',
      action: (node) => node.feed(afterSeq, limit),
      tell: (page, request) => {
        this.#sometimes('a reader is told of a gap', page.gap !== null);
        const asked = { node: this.name, request, afterSeq, limit };
        for (const fact of tellPage(asked, page)) this.#sea.bench.observe(fact);
      },
    });
  }

  async advance(to: Partial<Cursors>): Promise<void> {
    await this.#untilAnswered({
      purpose: 'cursors',
      subject: '',
      action: (node) => node.advanceCursors(to),
      tell: (outcome, request) => {
        const places = { applied: to.applied ?? 0, observed: to.observed ?? 0, injected: to.injected ?? 0 };
        const accepted = outcome.kind === 'accepted';
        this.#sometimes('a cursor is asked too far', !accepted);
        this.#tell({ kind: 'client.advanced', node: this.name, request, accepted, ...places });
      },
    });
  }

  cursors(): Promise<Cursors | undefined> {
    return this.#untilAnswered<Cursors>({
      purpose: 'cursors',
      subject: '',
      action: (node) => node.cursors(),
      tell: ({ applied, observed, injected }, request) => {
        this.#tell({ kind: 'client.cursors', node: this.name, request, applied, observed, injected });
      },
    });
  }

  /** Gives up with the node. */
  async #untilAnswered<Answer>(call: Call<Answer>): Promise<Answer | undefined> {
    const { simulation, server } = this.#sea;
    while (!server.givenUp) {
      const answer = await this.#once(call);
      if (answer !== undefined) return answer.answer;
      await pause(simulation, 40 + simulation.tape.draw('workload.retry', 120));
    }
    return undefined;
  }

  #once<Answer>(call: Call<Answer>): Promise<{ readonly answer: Answer } | undefined> {
    this.#calls += 1;
    const { purpose, subject, terms = '', activeMax = 0, action, tell } = call;
    const request = `${purpose}-${this.#calls}`;
    return ask(
      this.#sea,
      this.name,
      request,
      async ({ node }) => {
        this.#tell({ kind: 'call.reached', node: this.name, request, purpose, subject, terms, activeMax });
        return { answer: await action(node) };
      },
      ({ answer }) => tell(answer, request),
    );
  }

  #tell(fact: OperationCallFact): void {
    this.#sea.bench.observe(fact);
  }

  #sometimes(name: string, holds: boolean): void {
    this.#sea.simulation.sometimes(name, holds);
  }

  #tellEnd(request: string, place: Place, operation: string, outcome: string, seq: number): void {
    this.#tell({ kind: 'client.shown', node: this.name, request, place, operation, outcome, seq });
  }

  #tellSnapshot({ operationId, outcome, completionSeq }: OperationSnapshot, request: string): void {
    if (outcome === null) return;
    this.#tellEnd(request, 'snapshot', operationId, outcome.kind, completionSeq ?? 0);
  }

  #tellRefusal(refusal: OperationsRefusal, request: string): void {
    this.#tell({ kind: 'client.refused', node: this.name, request, ...refusalText(refusal) });
  }
}

/** What the end of the node's life ends is asked for again, like every other call whose connection broke. */
async function connected<End extends { readonly kind: string }>(end: Promise<End>): Promise<End> {
  const known = await end;
  if (known.kind === 'closed') throw new NodeStopped('closed');
  return known;
}
