import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';
import { ambientMembers } from './ambient.js';

/** Code under test reached for something that is not the same in every run. Thrown where it did. */
export class AmbientLeak extends Error {
  readonly code = 'AMBIENT_LEAK';
  override readonly name = 'AmbientLeak';
  /** What was reached for: `Date.now`, `node:fs.readFile`. */
  readonly api: string;
  constructor(api: string) {
    super(`${api} is sealed while a run is on: use a port`);
    this.api = api;
  }
}

/** Told of each leak, before it is thrown, so that catching it hides nothing. */
export type LeakListener = (leak: AmbientLeak) => void;

/** Told of what a tick of Node.js itself threw. */
export type TickFailed = (error: unknown) => void;

interface Sealed {
  readonly onLeak: LeakListener;
  readonly onTickFailed: TickFailed;
}

/** The thread's seal. Undefined: everything works as ever. */
let sealed: Sealed | undefined;
let restorers: (() => void)[] = [];
/** Puts back in place what a host has replaced since: vitest, for one, sets `process.nextTick` after each of its messages. */
let renewers: (() => void)[] = [];

/** From here to {@link unseal}, each use of something ambient on this thread is a leak. */
export function seal(onLeak: LeakListener, onTickFailed: TickFailed): void {
  for (const renew of renewers) renew();
  sealed = { onLeak, onTickFailed };
}

/** See {@link seal}. */
export function unseal(): void {
  sealed = undefined;
}

/**
 * Puts the seal in place on this thread, open. Named imports of built-in modules are caught too; what was taken out of an
 * object before (`const { random } = Math`) is not, so call this before code under test is loaded. Again: does nothing.
 */
export function installSeal(): void {
  if (restorers.length > 0) return;
  // Opened by their first use otherwise, and by what is then the seal's idea of a file.
  void process.stdout;
  void process.stderr;
  for (const { owner, object, members } of ambientMembers()) {
    if (object === undefined) continue;
    for (const member of members) sealMember(object, member, owner === '' ? member : `${owner}.${member}`);
  }
  syncBuiltinESMExports();
}

/** Takes the seal away, as if it had never been. For tests. */
export function removeSeal(): void {
  unseal();
  for (const restore of restorers.toReversed()) restore();
  restorers = [];
  renewers = [];
  syncBuiltinESMExports();
}

function sealMember(object: object, member: string, api: string): void {
  const descriptor = Object.getOwnPropertyDescriptor(object, member);
  if (descriptor === undefined || descriptor.configurable !== true) return;
  const value: unknown = descriptor.value;
  if (descriptor.get !== undefined) {
    Object.defineProperty(object, member, { ...descriptor, get: sealGetter(descriptor, api) });
  } else if (typeof value === 'function') {
    const shim = sealFunction(value, api);
    Object.defineProperty(object, member, { ...descriptor, value: shim });
    if (object === globalThis || object === process) {
      renewers.push(() => Reflect.get(object, member) === shim || Reflect.set(object, member, shim));
    }
  } else return;
  restorers.push(() => Object.defineProperty(object, member, descriptor));
}

function sealFunction(original: Function, api: string): Function {
  const known = shims.get(original);
  if (known !== undefined) return known;
  const shim = api === 'Date' ? sealDate(original) : sealAny(original, api);
  shims.set(original, shim);
  shims.set(shim, shim);
  return shim;
}

/** One shim per function, however many names it has, so that `timers.setTimeout === setTimeout` stays true. */
const shims = new WeakMap<Function, Function>();

function sealAny(original: Function, api: string): Function {
  const isNodesOwn = api === 'process.nextTick' || api === 'setImmediate';
  const apply = (target: Function, self: unknown, args: unknown[]): unknown => {
    if (sealed === undefined) return Reflect.apply(target, self, args);
    if (!isNodesOwn || !isCalledByNode(apply)) refuse(api);
    return Reflect.apply(target, self, guardFirst(args, sealed.onTickFailed));
  };
  const shim: Function = new Proxy(original, {
    apply,
    construct(target, args, newTarget) {
      refuse(api);
      return Reflect.construct(target, args, newTarget);
    },
    get: (target, key) => (key === promisify.custom ? promisified : Reflect.get(target, key)),
  });
  const custom: unknown = Reflect.get(original, promisify.custom);
  const promisified =
    custom === original ? shim : typeof custom === 'function' ? sealFunction(custom, api) : custom;
  return shim;
}

/**
 * Code under test may not tick. Node.js does so itself, in streams and to report errors of listeners: that is run to its end
 * like any reaction, but must not throw out of the drain.
 */
function guardFirst(args: readonly unknown[], onTickFailed: TickFailed): unknown[] {
  const [callback, ...rest] = args;
  if (typeof callback !== 'function') return [...args];
  const guarded = (...given: unknown[]): void => {
    try {
      Reflect.apply(callback, undefined, given);
    } catch (error) {
      onTickFailed(error);
    }
  };
  return [guarded, ...rest];
}

/** Whether the caller of `callee` is Node.js itself, in a place that does not just call back what it was given. */
function isCalledByNode(callee: Function): boolean {
  const trace = { stack: '' };
  Error.captureStackTrace(trace, callee);
  const caller = trace.stack.split('\n')[1];
  return caller?.includes('node:internal/') === true && !/node:internal\/(?:util|process\/task)/.test(caller);
}

/** `new Date(ms)` is arithmetic. Any other call asks for the time or for the time zone. */
function sealDate(original: Function): Function {
  return new Proxy(original, {
    apply(target, self, args) {
      refuse('Date');
      return Reflect.apply(target, self, args);
    },
    construct(target, args, newTarget) {
      const [first] = args;
      const isArithmetic = args.length === 1 && (typeof first === 'number' || first instanceof original);
      if (!isArithmetic && !(args.length === 1 && isZoned(first))) refuse('new Date');
      return Reflect.construct(target, args, newTarget);
    },
  });
}

/** An ISO time that says its zone means the same everywhere. */
function isZoned(text: unknown): boolean {
  return typeof text === 'string' && /(?:Z|[+-]\d\d:\d\d)$/.test(text);
}

function sealGetter(original: PropertyDescriptor, api: string): () => unknown {
  return function sealedGetter(this: unknown): unknown {
    refuse(api);
    return original.get?.call(this);
  };
}

function refuse(api: string): void {
  if (sealed === undefined) return;
  const leak = new AmbientLeak(api);
  sealed.onLeak(leak);
  throw leak;
}
