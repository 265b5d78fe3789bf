import type { OperationsCommand } from '../../../src/operations/command.js';
import type { OperationsLimits } from '../../../src/operations/limits.js';

/**
 * The registry once more, as small and as differently as it can be told: one list of all operations that ever were, texts for
 * outcomes, and everything else computed anew whenever it is asked for. Knows what is accepted, and what is then to be seen.
 */
interface Modelled {
  readonly id: string;
  readonly terms: string;
  readonly kind: string;
  readonly owner: string;
  status: string;
  seq: number;
  peer: string;
  progress: number;
  /** Where the operation is: held, buried under a tombstone, or forgotten. */
  place: 'held' | 'buried' | 'forgotten';
}

interface Wait {
  readonly members: readonly string[];
  /** What is known of each member, by its place in the request. */
  readonly answers: string[];
}

const live = ['provisioning', 'running', 'retiring'];

const legal: Readonly<Record<string, string>> = {
  provisioning_succeeded: 'provisioning>running',
  provisioning_failed: 'provisioning>failed',
  fail_operation: 'provisioning|running|retiring>failed',
  abort_provisioning: 'provisioning>aborted',
  complete_operation: 'running|retiring>completed',
  cancel_operation: 'provisioning|running|retiring>cancelled',
  request_retire: 'running>retiring',
  mark_retired: 'running|retiring>retired',
  peer_ready: 'running|retiring>',
  report_progress: 'running|retiring>',
  rollback_unreturned: 'provisioning|running|retiring>gone',
};

export class OperationsModel {
  readonly #limits: OperationsLimits;
  #all: Modelled[] = [];
  #buriedOrder: string[] = [];
  #owners: string[] = [];
  readonly #waits = new Map<string, Wait>();
  #cursors = { applied: 0, observed: 0, injected: 0 };
  #seq = 0;
  #dropped = 0;

  constructor(limits: OperationsLimits) {
    this.#limits = limits;
  }

  /** Whether the command is accepted; if so, its effects are in. */
  accepts(command: OperationsCommand): boolean {
    switch (command.kind) {
      case 'register_operation':
        return this.#register(command);
      case 'terminate_owner': {
        if (this.#owners.includes(command.ownerSessionId)) return true;
        this.#owners = lastOf([...this.#owners, command.ownerSessionId], this.#limits.tombstonesMax);
        const doomed = this.#all.filter((each) => isLive(each) && each.owner === command.ownerSessionId);
        return this.#end(doomed, 'terminated', command.watched);
      }
      case 'lost_in_restart': {
        const found = command.operationIds.map((id) => this.#find(id));
        if (found.includes(undefined)) return false;
        const doomed = found.filter((each) => each !== undefined).filter(isLive);
        return this.#end([...new Set(doomed)], 'terminated', command.watched);
      }
      case 'collect_completed':
        this.#bury(this.#ended().filter(({ id }) => !this.#isPinned(id, command.watched)));
        return true;
      case 'wait_all':
        return this.#wait(command.requestId, command.operationIds);
      case 'cancel_wait':
      case 'acknowledge_wait': {
        const wait = this.#waits.get(command.requestId);
        if (wait === undefined || isOpen(wait) !== (command.kind === 'cancel_wait')) return false;
        return this.#waits.delete(command.requestId);
      }
      case 'advance_cursors': {
        const next = { ...this.#cursors };
        for (const name of ['applied', 'observed', 'injected'] as const) {
          next[name] = Math.max(next[name], command.to[name] ?? 0);
        }
        const top = Math.max(next.applied, next.observed);
        if (top > this.#watermark() || next.injected > next.observed) return false;
        this.#cursors = next;
        return true;
      }
      case 'provisioning_succeeded':
      case 'provisioning_failed':
      case 'fail_operation':
      case 'abort_provisioning':
      case 'complete_operation':
      case 'cancel_operation':
      case 'request_retire':
      case 'mark_retired':
      case 'peer_ready':
      case 'report_progress':
      case 'rollback_unreturned':
        return this.#act(command);
    }
  }

  /** All that is to be seen of the registry, in a form to compare. */
  view() {
    const held = this.#all.filter(({ place }) => place === 'held');
    return {
      active: held.filter(isLive).length,
      operations: held.map(({ id, status, peer, progress }) => `${id} ${status} ${peer} ${progress}`),
      ended: this.#ended().map(({ id, seq }) => `${id} ${seq}`),
      rows: this.#ended()
        .filter(({ kind }) => kind !== 'background_tool_capacity_slot')
        .map(({ seq }) => seq),
      watermark: this.#watermark(),
      dropped: this.#dropped,
      tombstones: this.#buriedOrder.map((id) => `${id} ${this.#find(id)?.status} ${this.#find(id)?.seq}`),
      owners: this.#owners,
      waits: [...this.#waits].map(([id, wait]) => `${id} ${isOpen(wait)} ${wait.answers.join()}`),
      cursors: this.#cursors,
    };
  }

  #find(id: string): Modelled | undefined {
    return this.#all.find((each) => each.id === id && each.place !== 'forgotten');
  }

  #ended(): Modelled[] {
    const ended = this.#all.filter((each) => each.place === 'held' && !isLive(each));
    return ended.sort((one, other) => one.seq - other.seq);
  }

  #watermark(): number {
    const emitted = this.#all.filter(({ kind }) => kind !== 'background_tool_capacity_slot');
    return Math.max(0, ...emitted.map(({ seq }) => seq));
  }

  #isPinned(id: string, watched: readonly string[]): boolean {
    if (watched.includes(id)) return true;
    return [...this.#waits.values()].some((wait) => isOpen(wait) && wait.members.includes(id));
  }

  #register(command: Extract<OperationsCommand, { kind: 'register_operation' }>): boolean {
    const { spec, inputFingerprint } = command;
    const terms = JSON.stringify([spec, inputFingerprint]);
    const known = this.#find(spec.operationId);
    if (known !== undefined) return known.terms === terms;
    if (this.#owners.includes(spec.ownerSessionId)) return false;
    const active = this.#all.filter(isLive).length;
    if (command.concurrentMax !== null && active >= command.concurrentMax) return false;
    if (this.#limits.concurrentMax !== null && active >= this.#limits.concurrentMax) return false;
    this.#all.push({
      id: spec.operationId,
      terms,
      kind: spec.kind,
      owner: spec.ownerSessionId,
      status: 'provisioning',
      seq: 0,
      peer: '',
      progress: 0,
      place: 'held',
    });
    return true;
  }

  #act(command: Extract<OperationsCommand, { operationId: string }>): boolean {
    const operation = this.#find(command.operationId);
    const [from, to] = (legal[command.kind] ?? '').split('>');
    if (operation === undefined || !from?.split('|').includes(operation.status)) return false;
    if (command.kind === 'peer_ready') {
      const handle = Object.values(command.peer).join('/');
      if (operation.kind !== 'mob_member_child' || (operation.peer !== '' && operation.peer !== handle))
        return false;
      operation.peer = handle;
    } else if (command.kind === 'report_progress') {
      operation.progress += 1;
    } else if (command.kind === 'rollback_unreturned') {
      this.#all = this.#all.filter((each) => each !== operation);
      this.#answer(operation.id, 'rolled_back');
    } else if (live.includes(to ?? '')) {
      operation.status = to ?? '';
    } else {
      return this.#end([operation], to ?? '', 'watched' in command ? command.watched : []);
    }
    return true;
  }

  #end(operations: readonly Modelled[], status: string, watched: readonly string[]): boolean {
    for (const operation of operations) {
      this.#seq += 1;
      Object.assign(operation, { status, seq: this.#seq });
      this.#answer(operation.id, `${status} ${this.#seq}`);
    }
    const isFree = ({ id }: Modelled) => !this.#isPinned(id, watched);
    const slots = operations.filter((each) => each.kind === 'background_tool_capacity_slot').filter(isFree);
    const others = this.#ended().filter((each) => !slots.includes(each));
    const tooMany = Math.max(0, others.length - this.#limits.completedMax);
    this.#bury([...others.filter(isFree).slice(0, tooMany), ...slots]);
    return true;
  }

  #bury(operations: readonly Modelled[]): void {
    for (const operation of operations) {
      operation.place = 'buried';
      if (operation.kind !== 'background_tool_capacity_slot')
        this.#dropped = Math.max(this.#dropped, operation.seq);
    }
    const order = [...this.#buriedOrder, ...operations.map(({ id }) => id)];
    this.#buriedOrder = lastOf(order, this.#limits.tombstonesMax);
    for (const id of order.filter((each) => !this.#buriedOrder.includes(each))) {
      const forgotten = this.#find(id);
      if (forgotten !== undefined) forgotten.place = 'forgotten';
    }
  }

  #wait(requestId: string, members: readonly string[]): boolean {
    if (new Set(members).size < members.length) return false;
    const known = this.#waits.get(requestId);
    if (known !== undefined) return known.members.join() === members.join();
    const found = members.map((id) => this.#find(id));
    if (found.includes(undefined)) return false;
    const answers = found.map((each) =>
      each === undefined || isLive(each) ? '' : `${each.status} ${each.seq}`,
    );
    this.#waits.set(requestId, { members, answers });
    return true;
  }

  #answer(id: string, answer: string): void {
    for (const { members, answers } of this.#waits.values()) {
      const index = members.indexOf(id);
      if (index >= 0 && answers[index] === '') answers[index] = answer;
    }
  }
}

function isLive(operation: Modelled): boolean {
  return live.includes(operation.status);
}

function isOpen(wait: Wait): boolean {
  return wait.answers.includes('');
}

function lastOf(items: readonly string[], count: number): string[] {
  return items.slice(Math.max(0, items.length - count));
}
