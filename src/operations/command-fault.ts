import type { OperationsCommand } from './command.js';
import { cursorNames } from './cursors.js';
import { specFault } from './spec.js';

/** Why a command cannot be meant, whatever the state is; undefined when it can. */
export function commandFault(command: OperationsCommand): string | undefined {
  if (!isUnsigned(command.atMs)) return `time ${command.atMs} is no unsigned whole number`;
  switch (command.kind) {
    case 'register_operation': {
      const limit = command.concurrentMax;
      if (limit !== null && !isUnsigned(limit)) return `limit ${limit} is no unsigned whole number`;
      return specFault(command.spec);
    }
    case 'report_progress': {
      const { percent } = command;
      const isPercent = percent === null || (isUnsigned(percent) && percent <= 100);
      return isPercent ? undefined : `${percent} is no whole number from 0 to 100`;
    }
    case 'complete_operation': {
      const { durationMs, tokensUsed } = command.result;
      const counted = isUnsigned(durationMs) && isUnsigned(tokensUsed);
      return counted ? undefined : 'a duration or a number of tokens is no unsigned whole number';
    }
    case 'advance_cursors': {
      const wrong = cursorNames.find((name) => !isUnsigned(command.to[name] ?? 0));
      return wrong === undefined ? undefined : `cursor ${wrong} cannot stand at ${command.to[wrong]}`;
    }
    case 'provisioning_succeeded':
    case 'provisioning_failed':
    case 'fail_operation':
    case 'abort_provisioning':
    case 'cancel_operation':
    case 'request_retire':
    case 'mark_retired':
    case 'peer_ready':
    case 'rollback_unreturned':
    case 'terminate_owner':
    case 'lost_in_restart':
    case 'collect_completed':
    case 'wait_all':
    case 'cancel_wait':
    case 'acknowledge_wait':
      return undefined;
  }
}

function isUnsigned(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
