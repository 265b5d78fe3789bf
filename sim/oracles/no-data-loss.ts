import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { Objects } from './objects.js';
import { wordsOf } from './operation-facts.js';

/** One segment that was made. */
interface Made {
  readonly digest: string;
  /** The workers that have it, and what they have under its name. */
  readonly local: Map<string, string>;
  /** Who stands for it by now; none as long as it stands for itself. */
  successors: readonly string[];
}

/**
 * At every moment each segment that was made is present with its bytes: on the disk of a worker as it is, or in the store by what its log has
 * promised; or those are that have replaced it.
 */
export function noDataLoss(): Oracle<Fact> {
  const segments = new Map<string, Made>();
  const objects = new Objects();
  const isSafe = (segment: string): boolean => {
    const made = segments.get(segment);
    if (made === undefined) return objects.get(`segment/${segment}`) !== undefined;
    for (const digest of made.local.values()) if (digest === made.digest) return true;
    if (objects.get(`segment/${segment}`)?.digest === made.digest) return true;
    return made.successors.length > 0 && made.successors.every((each) => isSafe(each));
  };
  const judge = (segment: string, check: Check): void => {
    const made = segments.get(segment);
    check(made === undefined || isSafe(segment), segment, () => {
      const local = [...(made?.local ?? [])].map(([node, digest]) => `${node} has "${digest}"`).join(', ');
      const remote = objects.get(`segment/${segment}`)?.digest ?? '';
      return `made as ${made?.digest ?? ''}, and it is nowhere: ${local}, the store has "${remote}"`;
    });
  };
  const judgeAll = (check: Check): void => {
    for (const segment of segments.keys()) judge(segment, check);
  };
  return {
    id: 'no-data-loss',
    onFact(fact, check) {
      objects.observe(fact);
      switch (fact.kind) {
        case 'segment.made': {
          const { node, segment, digest } = fact;
          segments.set(segment, { digest, local: new Map([[node, digest]]), successors: [] });
          return;
        }
        case 'segment.local': {
          const { node, segment, digest } = fact;
          const made = segments.get(segment);
          if (made === undefined) return;
          made.local.set(node, digest);
          // What stands for another may be gone with it.
          if (digest !== made.digest) judgeAll(check);
          return;
        }
        case 'segment.replaced': {
          const made = segments.get(fact.segment);
          if (made !== undefined) made.successors = wordsOf(fact.by);
          judge(fact.segment, check);
          return;
        }
        case 'log.object':
          if (fact.standing === 'released') judgeAll(check);
          return;
        default:
      }
    },
    atQuiescence: judgeAll,
  };
}
