import type { ContractRegisteredEntry } from './entry.js';
import { encodeEntry } from './entry-codec.js';
import { sameData } from './record-codec.js';

/** How many participants one operation may declare. */
export const participantsMax = 1024;

/** Why nothing could ever be agreed on these terms, in words; undefined when it could. */
export function termsFault(registration: ContractRegisteredEntry): string | undefined {
  const { contract, participants, prestate } = registration;
  if (prestate.operationId !== contract.operationId || prestate.session !== contract.session) {
    return 'the prestate is bound to another operation or session';
  }
  if (contract.session !== null && !isUnsigned(contract.session))
    return 'the session is no unsigned whole number';
  // Below that level the outcome would be decided before the level that it stands for is reached.
  if (contract.finalizedAt !== 'finalized') return `finalized_at is ${contract.finalizedAt}, not finalized`;
  if (participants.length > participantsMax) return `more than ${participantsMax} participants`;
  if (new Set(participants).size !== participants.length) return 'a participant is declared twice';
  return ruleFault(registration);
}

function ruleFault({ contract: { rule }, participants }: ContractRegisteredEntry): string | undefined {
  switch (rule.kind) {
    case 'no_agreement':
      return undefined;
    case 'any_participant':
    case 'unanimous':
    case 'named':
      return participants.length === 0 ? `rule ${rule.kind} needs participants` : undefined;
    case 'threshold': {
      const { requiredParticipants: required } = rule;
      if (Number.isSafeInteger(required) && required >= 1 && required <= participants.length)
        return undefined;
      return `threshold ${required} is not between 1 and the number of participants, ${participants.length}`;
    }
  }
}

/** Whether both stand for the same terms. Their ticks do not matter. */
export function sameTerms(one: ContractRegisteredEntry, other: ContractRegisteredEntry): boolean {
  return sameData(encodeEntry({ ...one, tick: 0 }), encodeEntry({ ...other, tick: 0 }));
}

export function isUnsigned(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
