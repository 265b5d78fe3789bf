import type { CompletionPage } from '../../src/operations/feed.js';
import type { Fact } from '../oracles/facts.js';

/** What a reader of the completion feed was shown by one page of it. */
export function tellPage(
  asked: {
    readonly node: string;
    readonly request: string;
    readonly afterSeq: number;
    readonly limit: number;
  },
  { entries, throughSeq, gap }: CompletionPage,
): readonly Fact[] {
  const { node, request } = asked;
  return [
    ...entries.map(({ operationId: operation, outcome: { kind: outcome }, seq }): Fact => {
      return { kind: 'client.shown', node, request, place: 'feed', operation, outcome, seq };
    }),
    { kind: 'client.page', ...asked, throughSeq, gapThrough: gap?.droppedThrough ?? 0 },
  ];
}
