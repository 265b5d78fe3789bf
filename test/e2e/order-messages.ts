/** What the process that runs orders and the process that is the world to it say to each other. */

/** What an order may do to the world. */
export type Deed = 'reserve' | 'charge' | 'ship' | 'refund' | 'release';

/** What the world says of a deed. `absent`: asked for it, and it was never done. */
export type Answer = 'done' | 'refused' | 'absent';

/** What a provider is asked for. The bank knows keys; the warehouse only does what it is told, and can be asked what it has done. */
export type Request =
  | { readonly provider: 'bank'; readonly order: string; readonly deed: Deed; readonly key: string }
  | { readonly provider: 'warehouse'; readonly order: string; readonly deed: Deed }
  | { readonly provider: 'warehouse enquiry'; readonly order: string; readonly deed: Deed }
  /** Hands the question to a human, who may answer with the token. */
  | { readonly provider: 'human'; readonly order: string; readonly token: string };

/** How far a life of the child has come. */
export type Stage = 'opening' | 'open' | 'snapshot begun' | 'snapshot done' | 'closing';

export type FromChild =
  | { readonly kind: 'stage'; readonly stage: Stage }
  | { readonly kind: 'request'; readonly id: number; readonly request: Request }
  | { readonly kind: 'accepted'; readonly order: string }
  | { readonly kind: 'approval recorded'; readonly order: string }
  | { readonly kind: 'ended'; readonly order: string; readonly value: string };

export type ToChild =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer }
  | { readonly kind: 'submit'; readonly order: string; readonly settleMs: number }
  | { readonly kind: 'wait'; readonly order: string }
  | { readonly kind: 'approve'; readonly order: string; readonly token: string; readonly answer: boolean }
  | { readonly kind: 'close' };
