/** What the log of the store says, and which segments are where. */
export type StoreFact = DedupFact | ObjectFact | SegmentFact;

/** What the store knows of requests that it carries out once. */
type DedupFact =
  | {
      /** A run of a request was begun: the first one, or another after the one before was abandoned. */
      readonly kind: 'log.run-begun';
      readonly node: string;
      readonly key: string;
      /** Stands for the request; '' when it is the same as that of the run before. */
      readonly request: string;
      readonly session: string;
      readonly generation: number;
    }
  | {
      /** Whoever asked began no run, and was of a higher generation. */
      readonly kind: 'log.generation-raised';
      readonly node: string;
      readonly session: string;
      readonly generation: number;
    }
  | {
      /** How the request ended, for good. */
      readonly kind: 'log.run-recorded';
      readonly node: string;
      readonly key: string;
      readonly outcome: string;
    }
  | { readonly kind: 'log.run-abandoned'; readonly node: string; readonly key: string }
  | { readonly kind: 'log.request-forgotten'; readonly node: string; readonly key: string }
  | { readonly kind: 'log.fence-dropped'; readonly node: string; readonly session: string };

/**
 * An object of the store, by its kind and id: `segment/00ff…`. It is there as long as somebody holds it, and who has let go never holds it
 * again, as long as that is not `forgotten`.
 */
type ObjectFact =
  | {
      readonly kind: 'log.object';
      readonly node: string;
      readonly object: string;
      readonly standing: 'put' | 'held' | 'released' | 'forgotten';
      readonly holder: string;
      /** Of the bytes that were put; '' otherwise. */
      readonly digest: string;
    }
  | {
      /** After each record about it: what the store, by its own code, makes of its log under the name. '' for nothing. */
      readonly kind: 'store.found';
      readonly node: string;
      readonly object: string;
      readonly digest: string;
    };

/** What a worker has in its own folder. */
type SegmentFact =
  | {
      /** From now on the segment must be somewhere, with these bytes. */
      readonly kind: 'segment.made';
      readonly node: string;
      readonly segment: string;
      readonly digest: string;
    }
  | {
      /** What the disk of a worker holds durably under its name has changed: '' when it holds nothing. */
      readonly kind: 'segment.local';
      readonly node: string;
      readonly segment: string;
      readonly digest: string;
    }
  | {
      /** Others stand for it by now, durably: between spaces. It may go. */
      readonly kind: 'segment.replaced';
      readonly node: string;
      readonly segment: string;
      readonly by: string;
    };
