/**
 * The id of the evidence of one step of one operation. Flaw D16: it is made from what the program means, never from a role, a
 * label or a time; flaw D17: from nothing that starts anew with each machine; mutant E5: each turn of a loop has its own.
 *
 * @param operationId - Of the operation that a client submitted: the same on every node that runs it, in every life.
 * @param step - The step's name in the workflow.
 * @param occurrence - Which call of that step, counted in program order from 0. A program that tries again on its own makes
 * another call; an engine that resumes makes the same one.
 * @returns A text that no other three give: colons inside of a part are escaped.
 */
export function evidenceIdOf(operationId: string, step: string, occurrence: number): string {
  return `evidence:${escape(operationId)}:${escape(step)}:${occurrence}`;
}

function escape(part: string): string {
  return part.replaceAll('%', '%25').replaceAll(':', '%3A');
}
