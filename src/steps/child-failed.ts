/** The workflow that a step ran has failed, was cancelled, or could not begin. Journaled as the failure of the step. */
export class ChildFailed extends Error {
  readonly code = 'STEPS_CHILD_FAILED';
  override readonly name = 'ChildFailed';
}
