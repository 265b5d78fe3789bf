/** What the log of a worker says about sagas, record by record, and what their steps did outside. */
export type SagaFact =
  | {
      readonly kind: 'log.saga-begun';
      readonly node: string;
      readonly saga: string;
      readonly session: string;
      /** Stands for definition and input. */
      readonly terms: string;
      /** Their names, in the order in which they are done, between spaces. */
      readonly steps: string;
    }
  | {
      readonly kind: 'log.saga-step';
      readonly node: string;
      readonly saga: string;
      /** From 0 on. */
      readonly step: number;
      /** `tried` comes before anything is done, `compensating` before anything is undone. */
      readonly standing: 'tried' | 'done' | 'failed' | 'compensating' | 'compensated';
    }
  | {
      /** It goes back from here on. */
      readonly kind: 'log.saga-turned';
      readonly node: string;
      readonly saga: string;
    }
  | {
      readonly kind: 'log.saga-ended';
      readonly node: string;
      readonly saga: string;
      readonly outcome: 'done' | 'compensated';
    }
  | { readonly kind: 'log.saga-forgotten'; readonly node: string; readonly saga: string }
  | {
      /** A step of a saga, or what undoes it, has changed the world. Not told when it found that done already. */
      readonly kind: 'saga.effect';
      readonly node: string;
      readonly saga: string;
      /** Its name. */
      readonly step: string;
      readonly way: 'done' | 'undone';
    };
