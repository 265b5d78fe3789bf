import type { Fact } from '../../../sim/oracles/facts.js';
import type { RoleScript } from '../../../sim/oracles/role-script.js';
import { sessionConformance } from '../../../sim/oracles/session-conformance.js';
import { describeOracle } from './describe-oracle.js';
import { denied, sessionEnded, used } from './fleet-facts.js';

const node = 'authority';
const session = 's';

/** `a` asks `b` as often as it likes, and `b` answers each time; or it stops. */
const a: RoleScript = {
  kind: 'recursion',
  name: 'x',
  body: {
    kind: 'send',
    to: 'b',
    branches: {
      tell: { kind: 'recur', name: 'x' },
      ask: { kind: 'receive', from: 'b', branches: { yes: { kind: 'recur', name: 'x' } } },
      stop: { kind: 'end' },
    },
  },
};
const b: RoleScript = {
  kind: 'recursion',
  name: 'x',
  body: {
    kind: 'receive',
    from: 'a',
    branches: {
      tell: { kind: 'recur', name: 'x' },
      ask: { kind: 'send', to: 'a', branches: { yes: { kind: 'recur', name: 'x' } } },
      stop: { kind: 'end' },
    },
  },
};
const plans = new Map([['p', { a, b }]]);

type Status = Extract<Fact, { kind: 'log.protocol-status' }>['status'];
const use = used(0);
const opened = (sid: number, request = `r${sid}`, plan = 'p'): Fact => {
  return { kind: 'log.protocol-opened', node, sid, session, request, plan };
};
const sent = (label: string, payload = label, sid = 0, from = 'a', to = 'b'): Fact => {
  return { kind: 'log.protocol-sent', node, sid, from, to, label, payload };
};
const received = (label: string, sid = 0, from = 'a', to = 'b'): Fact => {
  return { kind: 'log.protocol-received', node, sid, from, to, label };
};
const turned = (status: Status, sid = 0): Fact => ({ kind: 'log.protocol-status', node, sid, status });
const bound = (sid = 0): Fact => ({ kind: 'log.protocol-changed', node, sid, what: 'edge_handler_bound' });
const archived = (sid = 0): Fact => ({ kind: 'log.protocol-archived', node, sid });
const forgotten = (sid = 0): Fact => ({ kind: 'log.protocol-forgotten', node, sid });
const told = (way: 'sent' | 'received', position: number, label: string, payload = label): Fact => {
  return { kind: `protocol.told-${way}`, node, sid: 0, from: 'a', to: 'b', position, label, payload };
};
const toldBound = (edgeSid: number): Fact => ({ kind: 'protocol.told-bound', node, sid: 0, edgeSid });
const toldDenied: Fact = {
  kind: 'protocol.told-denied',
  node,
  session,
  owner: 'o',
  code: 'OWNERSHIP_FENCED',
};
const guardArchived: Fact = { kind: 'log.session-archived', node, session };
const open = [use, opened(0)];

describeOracle(() => sessionConformance({ plans, sessionsMax: 2, bufferMessagesMax: 2 }), {
  holds: [
    [
      'talk that begins again, and a close',
      [
        ...open,
        sent('tell'),
        sent('ask'),
        received('tell'),
        told('received', 0, 'tell'),
        received('ask'),
        sent('yes', 'yes', 0, 'b', 'a'),
        received('yes', 0, 'b', 'a'),
        sent('stop'),
        told('sent', 2, 'stop'),
        received('stop'),
        use,
        turned('closed'),
      ],
    ],
    [
      'a drain, in which what was asked is answered',
      [...open, sent('ask'), use, turned('draining'), received('ask'), turned('closed')],
    ],
    ['a drain of nothing', [...open, use, turned('draining'), turned('closed')]],
    ['what its owner binds', [...open, use, bound(), toldBound(0), use, turned('cancelled')]],
    [
      'an end with what guards it',
      [...open, sent('ask'), sessionEnded(0), turned('faulted'), archived(), guardArchived],
    ],
    [
      'a session in the place of another',
      [...open, use, opened(1), use, turned('cancelled'), use, archived(), forgotten(), use, opened(2, 'r0')],
    ],
    ['a refusal on record', [denied('use', 'o', 'OWNERSHIP_FENCED'), toldDenied]],
  ],
  broken: [
    ['a label that is not in turn', [...open, sent('yes')]],
    ['a role that is not in turn', [...open, sent('yes', 'yes', 0, 'b', 'a')]],
    ['a partner that is not meant', [...open, sent('tell', 'tell', 0, 'a', 'c')]],
    ['an answer that is not awaited', [...open, sent('ask'), sent('tell')]],
    ['something after the end of a role', [...open, sent('stop'), sent('tell')]],
    ['a message that nobody has sent', [...open, received('tell')]],
    ['a message before its turn', [...open, sent('tell'), sent('ask'), received('ask')]],
    ['a message taken twice', [...open, sent('tell', 'same'), sent('tell', 'same')]],
    ['a buffer of three', [...open, sent('tell', '1'), sent('tell', '2'), sent('tell', '3')]],
    ['a beginning while it drains', [...open, sent('tell', '1'), use, turned('draining'), sent('tell', '2')]],
    ['O18: a close over messages', [...open, sent('tell'), use, turned('closed')]],
    ['O18: a drain that loses one', [...open, sent('tell'), use, turned('draining'), turned('closed')]],
    ['O4: another end', [...open, use, turned('cancelled'), use, turned('faulted')]],
    ['O5: a message after the end', [...open, sent('tell'), use, turned('cancelled'), received('tell')]],
    ['O5: a binding after the end', [...open, use, turned('cancelled'), use, bound()]],
    ['O15: an edge of another session', [...open, use, bound(), toldBound(1)]],
    [
      'O16: an id that was given before',
      [...open, use, turned('cancelled'), use, archived(), forgotten(), use, opened(0)],
    ],
    ['a request that opens twice', [...open, use, opened(1, 'r0')]],
    ['a plan of nobody', [use, opened(0, 'r', 'q')]],
    ['more sessions than there may be', [...open, use, opened(1), use, opened(2)]],
    ['an opening without a use', [opened(0)]],
    ['a binding without a use', [...open, bound()]],
    ['an end without a use', [...open, turned('cancelled')]],
    ['a use for two', [use, opened(0), turned('cancelled')]],
    ['an archival before the end', [...open, use, archived()]],
    ['talk after the end of what guards it', [...open, sessionEnded(0), sent('tell')]],
    ['another end than that of what guards it', [...open, sessionEnded(0), turned('cancelled')]],
    ['what outlives that which guards it', [...open, sessionEnded(0)]],
    ['what guards it, archived before it', [...open, sessionEnded(0), guardArchived, turned('faulted')]],
    [
      'an answer about another message',
      [...open, sent('tell'), received('tell'), told('received', 0, 'ask')],
    ],
    ['an answer about what was not received', [...open, sent('tell'), told('received', 0, 'tell')]],
    ['an answer about what was not taken', [...open, told('sent', 0, 'tell')]],
    ['a refusal without a record', [toldDenied]],
  ],
});
