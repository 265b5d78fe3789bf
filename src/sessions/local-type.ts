/** What one role does in a protocol, and in which order, as it is written down. {@link EndpointType} is what can be followed. */
export type LocalType =
  | { readonly kind: 'end' }
  /** Chooses a label, sends it, and goes on as that says. */
  | { readonly kind: 'send'; readonly to: string; readonly branches: Branches }
  /** Takes whichever label comes, and goes on as that says. */
  | { readonly kind: 'receive'; readonly from: string; readonly branches: Branches }
  /** Within `body`, `recur` with the same name begins it again. */
  | { readonly kind: 'recursion'; readonly name: string; readonly body: LocalType }
  | { readonly kind: 'recur'; readonly name: string };

/** How it goes on, by label. */
export type Branches = Readonly<Record<string, LocalType>>;

export const end: LocalType = { kind: 'end' };

export function send(to: string, branches: Branches): LocalType {
  return { kind: 'send', to, branches };
}

export function receive(from: string, branches: Branches): LocalType {
  return { kind: 'receive', from, branches };
}

export function recursion(name: string, body: LocalType): LocalType {
  return { kind: 'recursion', name, body };
}

export function recur(name: string): LocalType {
  return { kind: 'recur', name };
}

/** What a partner of two must do, so that neither ever waits in vain: each send a receive, and the other way round. */
export function dualOf(type: LocalType, role: string): LocalType {
  switch (type.kind) {
    case 'send':
      return receive(role, dualBranches(type.branches, role));
    case 'receive':
      return send(role, dualBranches(type.branches, role));
    case 'recursion':
      return recursion(type.name, dualOf(type.body, role));
    case 'end':
    case 'recur':
      return type;
  }
}

function dualBranches(branches: Branches, role: string): Branches {
  return Object.fromEntries(Object.entries(branches).map(([label, next]) => [label, dualOf(next, role)]));
}
