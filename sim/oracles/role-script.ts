/** What one role does, as it was written down: by the book, a name stands for what binds it. */
export type RoleScript =
  | { readonly kind: 'end' }
  | { readonly kind: 'send'; readonly to: string; readonly branches: ScriptBranches }
  | { readonly kind: 'receive'; readonly from: string; readonly branches: ScriptBranches }
  | { readonly kind: 'recursion'; readonly name: string; readonly body: RoleScript }
  | { readonly kind: 'recur'; readonly name: string };

type ScriptBranches = Readonly<Record<string, RoleScript>>;

/** What a role has before it, and what the names in there stand for. */
export class RolePlace {
  readonly #script: RoleScript;
  readonly #bound: ReadonlyMap<string, RolePlace>;

  constructor(script: RoleScript, bound: ReadonlyMap<string, RolePlace> = new Map()) {
    this.#script = script;
    this.#bound = bound;
  }

  /** What comes after one step; undefined when the role may not take it now. */
  after(direction: 'send' | 'receive', partner: string, label: string): RolePlace | undefined {
    const script = this.#script;
    switch (script.kind) {
      case 'end':
        return undefined;
      case 'recursion':
        return new RolePlace(script.body, new Map(this.#bound).set(script.name, this)).after(
          direction,
          partner,
          label,
        );
      case 'recur':
        return this.#bound.get(script.name)?.after(direction, partner, label);
      case 'send':
      case 'receive': {
        const wanted = script.kind === 'send' ? script.to : script.from;
        const isMeant =
          script.kind === direction && wanted === partner && Object.hasOwn(script.branches, label);
        const next = isMeant ? script.branches[label] : undefined;
        return next === undefined ? undefined : new RolePlace(next, this.#bound);
      }
    }
  }
}
