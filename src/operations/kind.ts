/** What an operation is. Reference meerkat-zeph A1. */
export const operationKinds = [
  'mob_member_child',
  'background_tool_op',
  'background_tool_capacity_slot',
  'detached_job_wait',
] as const;

export type OperationKind = (typeof operationKinds)[number];

/** What is done with the completion of an operation of some kind. Reference A2. */
export interface CompletionClasses {
  /** Whether the owner is woken: `ignore` where it is woken in another way, or not at all. */
  readonly wake: 'wake' | 'ignore';
  /** Whether the completion feed has a row for it. */
  readonly feed: 'emit' | 'suppress';
  /** Whether the ended operation is held until others push it out, or dropped at once. */
  readonly durability: 'retain' | 'discard';
}

const classes: Readonly<Record<OperationKind, CompletionClasses>> = {
  // Wakes its owner by what it says to it.
  mob_member_child: { wake: 'ignore', feed: 'emit', durability: 'retain' },
  background_tool_op: { wake: 'wake', feed: 'emit', durability: 'retain' },
  background_tool_capacity_slot: { wake: 'ignore', feed: 'suppress', durability: 'discard' },
  detached_job_wait: { wake: 'wake', feed: 'emit', durability: 'retain' },
};

export function completionClassesOf(kind: OperationKind): CompletionClasses {
  return classes[kind];
}

/** Whether an operation of this kind may announce a peer. */
export function expectsPeerChannel(kind: OperationKind): boolean {
  return kind === 'mob_member_child';
}
