/** The most code units of an id, a role, a label, a request or any other name. */
const identifierLengthMax = 256;

/** Why a text is no identifier; undefined when it is one. */
export function identifierFault(what: string, text: string): string | undefined {
  return textFault(what, text, 1, identifierLengthMax);
}

/** Why a text cannot be recorded; undefined when it can. Lengths are in code units. */
export function textFault(what: string, text: string, min: number, max: number): string | undefined {
  if (text.length < min || text.length > max) {
    return `${what} of ${text.length} code units, not ${min} to ${max}`;
  }
  return /\p{Surrogate}/u.test(text) ? `${what} with half a character` : undefined;
}

/** The first of several faults, if there is one. */
export function firstFault(...faults: readonly (string | undefined)[]): string | undefined {
  return faults.find((fault) => fault !== undefined);
}
