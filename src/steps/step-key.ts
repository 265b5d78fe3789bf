declare const stepKeyBrand: unique symbol;

/**
 * What a step is called in its execution: the path of scopes, the name, and how many of that name came before it in its scope.
 * `ship#0[2]/pay#1` is the second `pay` in branch 2 of the first `ship`. Semantic, never a position: reference Z2 and Z9.
 */
export type StepKey = string & { readonly [stepKeyBrand]: 'StepKey' };

const namePattern = /^[A-Za-z0-9_.:-]{1,64}$/;
const keyPattern = /^(?:[A-Za-z0-9_.:-]{1,64}#\d+\[\d+\]\/)*[A-Za-z0-9_.:-]{1,64}#\d+$/;
const keyLengthMax = 1024;

/** A name of a step, promise, timer or parallel scope that is none. */
export class InvalidStepName extends Error {
  readonly code = 'STEPS_INVALID_NAME';
  override readonly name = 'InvalidStepName';
  readonly stepName: string;
  constructor(stepName: string) {
    super(
      `step name ${JSON.stringify(stepName.slice(0, 80))} is not 1 to 64 of the characters A-Z a-z 0-9 _ . : -`,
    );
    this.stepName = stepName;
  }
}

/** A text that is no step key, or scopes that are nested so deep that no key would fit. */
export class InvalidStepKey extends Error {
  readonly code = 'STEPS_INVALID_KEY';
  override readonly name = 'InvalidStepKey';
  constructor(text: string) {
    super(`${JSON.stringify(text.slice(0, 80))} is not a step key of at most ${keyLengthMax} characters`);
  }
}

/** @throws {@link InvalidStepName} */
export function assertStepName(name: string): void {
  if (!namePattern.test(name)) throw new InvalidStepName(name);
}

/** A text as a step key. @throws {@link InvalidStepKey} */
export function stepKeyOf(text: string): StepKey {
  if (!isStepKey(text)) throw new InvalidStepKey(text);
  return text;
}

/** The scopes that a step is in, from the outermost one, and its own key last: `a#0[1]/b#2` is in `a#0`. */
export function lineageOf(key: StepKey): readonly { readonly scope: string; readonly key: StepKey }[] {
  const lineage: { scope: string; key: StepKey }[] = [];
  let scope = '';
  for (const segment of key.split('/')) {
    const name = segment.replace(/\[\d+\]$/, '');
    lineage.push({ scope, key: stepKeyOf(scope + name) });
    scope += `${segment}/`;
  }
  return lineage;
}

function isStepKey(text: string): text is StepKey {
  return text.length <= keyLengthMax && keyPattern.test(text);
}
