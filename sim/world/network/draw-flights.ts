import type { NodeName } from '../../../src/runtime/network.js';
import type { Tape } from '../../kernel/tape.js';
import { corrupt } from './corrupt.js';
import type { Flight } from './flight.js';
import type { NetworkFaultSwitch, NetworkStrike } from './network-fault-switch.js';

const latencyMsLeast = 1;
const latencyMsBound = 5;
const copiesMax = 3;
export const delayMsMax = 2000;
export const overtakenMsMax = 500;
export const copyMsMax = 2000;

/** A message as it was sent. */
export interface SentMessage {
  /** Its place among all that were sent, from 1. */
  readonly message: number;
  readonly from: NodeName;
  readonly to: NodeName;
  readonly bytes: Uint8Array;
}

/** The flight of a message that nothing befalls but latency. */
export function drawCalmFlight(tape: Tape, sent: SentMessage): Flight {
  return { ...sent, delayMs: drawLatencyMs(tape), inLine: true, strikes: [], overtaken: undefined };
}

/** What becomes of a message that was not lost: the first flight is the message itself, others are copies. */
export function drawFlights(tape: Tape, faults: NetworkFaultSwitch, sent: SentMessage): readonly Flight[] {
  const { from, to } = sent;
  const strikes: NetworkStrike[] = [];
  let { bytes } = sent;
  let delayMs = drawLatencyMs(tape);
  let overtaken: NetworkStrike | undefined;
  if (faults.strikes('network.delayed')) {
    strikes.push(faults.fired('network.delayed', from, to));
    delayMs += tape.between('network.delayed.ms', 10, delayMsMax);
  }
  if (faults.strikes('network.reordered')) {
    overtaken = faults.fired('network.reordered', from, to);
    delayMs += tape.between('network.reordered.ms', 1, overtakenMsMax);
  }
  if (bytes.length > 0 && faults.strikes('network.corrupted')) {
    strikes.push(faults.fired('network.corrupted', from, to));
    bytes = corrupt(tape, bytes);
  }
  const flight: Flight = { ...sent, bytes, delayMs, inLine: overtaken === undefined, strikes, overtaken };
  return [flight, ...drawCopies(tape, faults, flight)];
}

/** Copies arrive when they do, behind or before what was sent later. */
function drawCopies(tape: Tape, faults: NetworkFaultSwitch, flight: Flight): readonly Flight[] {
  if (!faults.strikes('network.duplicated')) return [];
  const strike = faults.fired('network.duplicated', flight.from, flight.to);
  return Array.from({ length: tape.between('network.duplicated.copies', 1, copiesMax) }, () => ({
    ...flight,
    bytes: flight.bytes.slice(),
    delayMs: flight.delayMs + tape.draw('network.duplicated.ms', copyMsMax),
    inLine: false,
    strikes: [strike],
    overtaken: undefined,
  }));
}

function drawLatencyMs(tape: Tape): number {
  return latencyMsLeast + tape.draw('network.latency', latencyMsBound);
}
