/** Nobody will own again what guards a protocol session: nothing in it is taken any more, and its own end comes next. */
export class GuardEnded extends Error {
  readonly code = 'SESSION_GUARD_ENDED';
  override readonly name = 'GuardEnded';
  constructor(sid: number, sessionId: string) {
    super(`session ${sid} ends: \`${sessionId}\`, which guards it, has ended`);
  }
}
