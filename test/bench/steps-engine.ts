/** How many workflows at once, and of how many steps each. */
export interface Fleet {
  readonly workflows: number;
  readonly stepsEach: number;
}

/** A durable engine with one kind of step. Each step returns a small number, and is durable before the next one of its workflow. */
export interface StepsEngine {
  readonly name: string;
  /** Begins all workflows at once, and waits until the end of each is durable. */
  sail(fleet: Fleet): Promise<void>;
  /** How often it has synced its files by now; undefined when that cannot be told. */
  syncs(): number | undefined;
  close(): Promise<void>;
}
