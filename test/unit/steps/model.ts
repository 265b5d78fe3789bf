import type { OpenCommand, SettleCommand, StepCommand } from '../../../src/steps/command.js';
import type { ExecutionOutcome, StepOutcome } from '../../../src/steps/outcome.js';

/**
 * The journal once more, as small and as differently as it can be told: each step is a line of words, and what may follow a line is
 * in tables. Knows what is accepted, whether that says anything new, and what is then to be seen. Knows no limits.
 */
interface Modelled {
  readonly key: string;
  readonly attempt: number;
  readonly fingerprint: string;
  /** Such as `open skip 1` or `settled idempotent value 07`: how it stands, then what belongs to that. */
  line: readonly string[];
}

interface ModelledExecution {
  readonly terms: string;
  attempt: number;
  isDiverged: boolean;
  end: string;
  steps: Modelled[];
}

export type Verdict = 'refused' | 'nothing new' | 'recorded';

/** How an intent may end: before it was audited, and after it was, by its policy. */
const ends: Readonly<Record<string, readonly string[]>> = {
  open: ['value', 'value_unavailable', 'failed'],
  'audited skip': ['value', 'value_unavailable', 'assumed_done'],
  'audited fail': ['ambiguous'],
};

const endsOfUnguarded = ['value', 'value_unavailable', 'failed'];

export class StepsModel {
  readonly #executions = new Map<string, ModelledExecution>();

  attemptOf(executionId: string): number {
    return this.#executions.get(executionId)?.attempt ?? 0;
  }

  /** What becomes of a command. If it is accepted, its effects are in. */
  judge(command: StepCommand): Verdict {
    const execution = this.#executions.get(command.executionId);
    if (command.kind === 'open') return this.#open(execution, command);
    if (command.kind === 'forget') {
      if (execution?.end === '') return 'refused';
      return this.#executions.delete(command.executionId) ? 'recorded' : 'nothing new';
    }
    if (execution === undefined) return 'refused';
    if (command.kind === 'finish') {
      const end = textOf(command.outcome);
      if (command.attempt !== execution.attempt) return 'refused';
      if (execution.end !== '') return execution.end === end ? 'nothing new' : 'refused';
      if (execution.isDiverged && command.outcome.kind !== 'failed') return 'refused';
      if (execution.steps.some(isIntent)) return 'refused';
      Object.assign(execution, { end, steps: [] });
      return 'recorded';
    }
    if (execution.end !== '') return 'refused';
    const step = execution.steps.find(({ key }) => key === command.stepKey);
    if (command.kind !== 'resolve_promise') {
      if (command.attempt !== execution.attempt) return 'refused';
      if (command.kind === 'diverge') {
        if (execution.isDiverged) return 'nothing new';
        execution.isDiverged = true;
        return 'recorded';
      }
      const isEnding = ['settle', 'resolve_ambiguity', 'resolve_without_running', 'withdraw_intent'].includes(
        command.kind,
      );
      if (execution.isDiverged && !(isEnding && isIntent(step))) return 'refused';
    }
    return onStep(execution, step, command);
  }

  /** Everything that is to be seen, in a form to compare. */
  view(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries(
      [...this.#executions].map(([id, { attempt, isDiverged, end, steps }]) => [
        id,
        [
          `${attempt} ${isDiverged ? 'diverged' : ''} ${end}`,
          ...steps.map((step) => [step.key, step.attempt, step.fingerprint, ...step.line].join(' ')),
        ],
      ]),
    );
  }

  #open(execution: ModelledExecution | undefined, command: OpenCommand): Verdict {
    const { executionId, workflow, inputDigest, attempt } = command;
    const terms = `${workflow} ${inputDigest}`;
    if (execution === undefined) {
      if (attempt !== 1) return 'refused';
      this.#executions.set(executionId, { terms, attempt, isDiverged: false, end: '', steps: [] });
      return 'recorded';
    }
    if (execution.terms !== terms) return 'refused';
    const mayGoOn = !execution.isDiverged || execution.end !== '';
    if (mayGoOn) return attempt === execution.attempt ? 'nothing new' : 'refused';
    if (attempt !== execution.attempt + 1) return 'refused';
    const steps = execution.steps.filter((step) => isIntent(step) || isKeptAnyway(step));
    Object.assign(execution, { attempt, isDiverged: false, steps });
    return 'recorded';
  }
}

type OnStep = Exclude<StepCommand, { readonly kind: 'open' | 'forget' | 'finish' | 'diverge' }>;

function onStep(execution: ModelledExecution, step: Modelled | undefined, command: OnStep): Verdict {
  const [state = 'none', ...more] = step?.line ?? [];
  const begin = (...line: readonly string[]): Verdict => {
    const fingerprint = 'fingerprint' in command ? command.fingerprint : '';
    execution.steps.push({ key: command.stepKey, attempt: execution.attempt, fingerprint, line });
    return 'recorded';
  };
  const become = (...line: readonly string[]): Verdict => {
    if (step !== undefined) step.line = line;
    return 'recorded';
  };
  if (step !== undefined && 'fingerprint' in command && step.fingerprint !== command.fingerprint)
    return 'refused';
  switch (command.kind) {
    case 'intend':
      return state === 'none' ? begin('open', command.onAmbiguous, '1') : 'refused';
    case 'withdraw_intent':
      if (state !== 'open' || more[1] !== '1' || step?.attempt !== execution.attempt) return 'refused';
      execution.steps = execution.steps.filter((each) => each !== step);
      return 'recorded';
    case 'resolve_ambiguity':
    case 'resolve_without_running': {
      const [policy = '', window = ''] = more;
      if (!isIntent(step) || window !== String(command.window)) return 'refused';
      if (state === 'audited') return 'nothing new';
      if (policy !== 'rerun') return become('audited', policy, window, policy);
      return command.kind === 'resolve_ambiguity'
        ? become('open', policy, String(command.window + 1))
        : become('audited', 'fail', window, policy);
    }
    case 'settle':
      return settle(state, more, command, begin, become);
    case 'create_promise':
      if (state === 'none') return begin('promise', '');
      return 'nothing new';
    case 'issue_token': {
      const [payload = '', ...tokens] = more;
      if (state !== 'promise') return 'refused';
      if (tokens.includes(command.tokenDigest)) return 'nothing new';
      return become('promise', payload, ...tokens, command.tokenDigest);
    }
    case 'resolve_promise': {
      const [payload = '', ...tokens] = more;
      if (state !== 'promise' || !tokens.includes(command.tokenDigest)) return 'refused';
      const text = hex(command.payload);
      if (payload === '') return become('promise', text, ...tokens);
      return payload === text ? 'nothing new' : 'refused';
    }
    case 'arm_timer':
      return state === 'none' && command.dueMs >= 0 ? begin('timer', String(command.dueMs)) : 'refused';
    case 'fire_timer':
      if (state === 'fired') return 'nothing new';
      if (state !== 'timer' || command.nowMs < Number(more[0])) return 'refused';
      return become('fired', ...more);
  }
}

function settle(
  state: string,
  more: readonly string[],
  { effectClass, outcome }: SettleCommand,
  begin: (...line: readonly string[]) => Verdict,
  become: (...line: readonly string[]) => Verdict,
): Verdict {
  const line = ['settled', effectClass, textOf(outcome)];
  const isGuarded = effectClass === 'exactly_once_guarded';
  if (state === 'none')
    return !isGuarded && endsOfUnguarded.includes(outcome.kind) ? begin(...line) : 'refused';
  if (state === 'settled') return more[1] === textOf(outcome) ? 'nothing new' : 'refused';
  const allowed = ends[state] ?? ends[`${state} ${more[0] ?? ''}`] ?? [];
  return isGuarded && allowed.includes(outcome.kind) ? become(...line) : 'refused';
}

function isIntent(step: Modelled | undefined): boolean {
  return step?.line[0] === 'open' || step?.line[0] === 'audited';
}

/** What another attempt finds there besides intents. */
function isKeptAnyway({ line }: Modelled): boolean {
  return line[0] === 'promise' || line[1] === 'exactly_once_guarded';
}

export function textOf(outcome: StepOutcome | ExecutionOutcome): string {
  switch (outcome.kind) {
    case 'value':
    case 'completed':
      return `${outcome.kind} ${hex(outcome.payload)}`;
    case 'failed':
      return `failed ${outcome.failure.name} ${outcome.failure.message}`;
    case 'value_unavailable':
      return `unavailable ${outcome.fault}`;
    case 'assumed_done':
    case 'ambiguous':
      return outcome.kind;
  }
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
