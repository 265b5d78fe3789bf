import type { CborValue } from '../../codec/cbor.js';
import { ShapeError } from '../../codec/codec-error.js';
import { readOneOf, readRecord, readText } from '../../codec/shape.js';
import { decodeReceipt, encodeReceipt } from '../../ownership/artifact-codec.js';
import type { OwnershipReceipt } from '../../ownership/capability.js';
import { decodeWitness, type GivenWitness } from './witness-room.js';

/** What one worker asks another one. `conversation` names the conversation that it is part of. */
export type PeerMessage =
  | { readonly kind: 'witness'; readonly conversation: string; readonly witness: GivenWitness }
  | { readonly kind: 'offer'; readonly conversation: string; readonly receipt: OwnershipReceipt };

/** What it answers, by the labels of the protocols. */
export type PeerAnswer =
  | { readonly label: 'given' }
  | { readonly label: 'refused'; readonly code: string; readonly message: string }
  /** The offer has been settled: `code` is that of the refusal, or empty when the session was taken. */
  | { readonly label: 'settled'; readonly code: string };

const kinds = ['witness', 'offer'] as const;
const labels = ['given', 'refused', 'settled'] as const;

export function encodePeerMessage(message: PeerMessage): CborValue {
  const { kind, conversation } = message;
  const about = kind === 'witness' ? { ...message.witness } : encodeReceipt(message.receipt);
  return { kind, conversation, about };
}

/** @throws ShapeError */
export function decodePeerMessage(value: CborValue): PeerMessage {
  const record = readRecord(value, 'peer');
  const kind = readOneOf(record['kind'], 'peer.kind', kinds);
  const conversation = readText(record['conversation'], 'peer.conversation');
  const { about } = record;
  if (about === undefined) throw new ShapeError('peer.about', 'what it is about', 'nothing');
  return kind === 'witness'
    ? { kind, conversation, witness: decodeWitness(about, 'peer.about') }
    : { kind, conversation, receipt: decodeReceipt(about, 'peer.about') };
}

export function encodePeerAnswer(answer: PeerAnswer): CborValue {
  return { ...answer };
}

/** @throws ShapeError */
export function decodePeerAnswer(value: CborValue): PeerAnswer {
  const record = readRecord(value, 'peer answer');
  const label = readOneOf(record['label'], 'peer answer.label', labels);
  if (label === 'given') return { label };
  const code = readText(record['code'], 'peer answer.code');
  if (label === 'settled') return { label, code };
  return { label, code, message: readText(record['message'], 'peer answer.message') };
}
