import type { Action } from './endpoint-type.js';

/** A role does what its protocol does not let it do now. */
export class OutOfProtocol extends Error {
  readonly code = 'SESSION_OUT_OF_PROTOCOL';
  override readonly name = 'OutOfProtocol';
  readonly attempted: Action;
  /** What it may do; nothing when its part is over. */
  readonly allowed: readonly Action[];
  constructor(attempted: Action, allowed: readonly Action[]) {
    const options = allowed.length === 0 ? 'nothing, it has ended' : allowed.map(describeAction).join(', ');
    super(`${describeAction(attempted)} is out of protocol; allowed: ${options}`);
    this.attempted = attempted;
    this.allowed = allowed;
  }
}

function describeAction({ direction, partner, label }: Action): string {
  return direction === 'send'
    ? `send \`${label}\` to \`${partner}\``
    : `receive \`${label}\` from \`${partner}\``;
}
