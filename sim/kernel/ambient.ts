/** Where ambient things are to be found: members of an object, by name. */
export interface AmbientMembers {
  /** What reports call the object: `Date`, `node:fs`. */
  readonly owner: string;
  /** Undefined where this Node.js has no such object. */
  readonly object: object | undefined;
  /** Names of functions, classes or getters; names that the object lacks are left out. */
  readonly members: readonly string[];
}

/**
 * All that a run must not touch, since it differs between two runs of the same tape: time, chance, timers, I/O, threads,
 * garbage collection, the machine's locale and time zone.
 *
 * Not in the list, since no function call can be caught: `process.env`, `process.pid`, `import()`, the layout of stack traces,
 * handles (sockets, files) that were opened before the run. `console` is left alone: it tells people something, and tells the
 * run nothing. `queueMicrotask` is left alone: every drain runs it to its end.
 */
export function ambientMembers(): readonly AmbientMembers[] {
  // First come, first named: sleeps are also known as what a promisified `setTimeout` is.
  return [builtin('node:timers/promises'), ...globalMembers(), ...moduleMembers()];
}

const timerNames = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
];

const globalNames =
  'Date fetch WebSocket EventSource MessageChannel BroadcastChannel WeakRef FinalizationRegistry'.split(' ');

const localDateNames = [
  'getTimezoneOffset toString toDateString toTimeString toLocaleString toLocaleDateString toLocaleTimeString',
  'getFullYear getMonth getDate getDay getHours getMinutes getSeconds getMilliseconds',
  'setFullYear setMonth setDate setHours setMinutes setSeconds setMilliseconds',
].flatMap((line) => line.split(' '));

const cryptoNames = [
  'getRandomValues randomUUID subtle randomBytes pseudoRandomBytes rng prng randomInt randomFill randomFillSync',
  'generateKey generateKeySync generateKeyPair generateKeyPairSync generatePrime generatePrimeSync checkPrime',
  'pbkdf2 scrypt hkdf createDiffieHellman createDiffieHellmanGroup getDiffieHellman createECDH diffieHellman',
  'sign createSign publicEncrypt privateEncrypt',
].flatMap((line) => line.split(' '));

const zlibNames =
  'deflate deflateRaw inflate inflateRaw gzip gunzip unzip brotliCompress brotliDecompress'.split(' ');

function globalMembers(): readonly AmbientMembers[] {
  const { performance } = globalThis;
  return [
    {
      owner: '',
      object: globalThis,
      members: [...timerNames, ...globalNames],
    },
    { owner: 'Date', object: Date, members: ['now'] },
    { owner: 'Date.prototype', object: Date.prototype, members: ['constructor', ...localDateNames] },
    { owner: 'Math', object: Math, members: ['random'] },
    { owner: 'Atomics', object: Atomics, members: ['wait', 'waitAsync'] },
    { owner: 'AbortSignal', object: AbortSignal, members: ['timeout'] },
    { owner: 'Event.prototype', object: Event.prototype, members: ['timeStamp'] },
    {
      owner: 'process',
      object: process,
      members: 'nextTick hrtime uptime cpuUsage memoryUsage resourceUsage kill abort exit chdir cwd'.split(
        ' ',
      ),
    },
    { owner: 'process.hrtime', object: process.hrtime, members: ['bigint'] },
    {
      owner: 'performance',
      object: protoOf(performance),
      members: 'now timeOrigin mark measure timerify eventLoopUtilization toJSON'.split(' '),
    },
    { owner: 'crypto', object: protoOf(globalThis.crypto), members: cryptoNames },
    {
      owner: 'Intl',
      object: Intl,
      members:
        'Collator DateTimeFormat NumberFormat ListFormat PluralRules RelativeTimeFormat Segmenter'.split(' '),
    },
    {
      owner: 'String.prototype',
      object: String.prototype,
      members: ['localeCompare', 'toLocaleUpperCase', 'toLocaleLowerCase'],
    },
    { owner: 'Number.prototype', object: Number.prototype, members: ['toLocaleString'] },
    { owner: 'BigInt.prototype', object: BigInt.prototype, members: ['toLocaleString'] },
    { owner: 'Array.prototype', object: Array.prototype, members: ['toLocaleString'] },
  ];
}

function moduleMembers(): readonly AmbientMembers[] {
  return [
    builtin('node:timers', timerNames),
    builtin('node:fs'),
    builtin('node:fs/promises'),
    builtin('node:net', ['connect', 'createConnection', 'createServer']),
    builtin('node:tls', ['connect', 'createServer']),
    builtin('node:dgram', ['createSocket']),
    builtin('node:dns'),
    builtin('node:dns/promises'),
    builtin('node:http', ['request', 'get', 'createServer']),
    builtin('node:https', ['request', 'get', 'createServer']),
    builtin('node:http2', ['connect', 'createServer', 'createSecureServer']),
    builtin('node:child_process'),
    builtin('node:worker_threads', ['Worker', 'MessageChannel', 'BroadcastChannel', 'receiveMessageOnPort']),
    builtin('node:crypto', cryptoNames),
    builtin('node:zlib', zlibNames),
    builtin('node:os'),
  ];
}

function builtin(owner: string, members?: readonly string[]): AmbientMembers {
  const found: unknown = process.getBuiltinModule(owner);
  const object = typeof found === 'object' && found !== null ? found : undefined;
  return { owner, object, members: members ?? functionNames(object) };
}

/** The plain functions of a module. Its classes cannot do anything that its functions do not do for them. */
function functionNames(object: object | undefined): readonly string[] {
  if (object === undefined) return [];
  return Object.keys(object).filter((name) => {
    const value: unknown = Object.getOwnPropertyDescriptor(object, name)?.value;
    return typeof value === 'function' && /^[a-z]/.test(name);
  });
}

function protoOf(instance: object): object | undefined {
  const prototype: unknown = Object.getPrototypeOf(instance);
  return typeof prototype === 'object' && prototype !== null ? prototype : undefined;
}
