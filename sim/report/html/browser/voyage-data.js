/**
 * @typedef {{ index: number, atMs: number, event: { kind: string, node: string } & Record<string, string | number | boolean> }} VoyageEvent
 * @typedef {{ events: VoyageEvent[], chain: { index: number, cause: number | null }[], seenAt: string }} VoyageData
 * @typedef {{ from: number, to: number }} Span
 */

/** So many units of width a pause takes at most, however long: most of a voyage is waiting. */
const pauseUnitsMax = 12;

/** Where events are, in units of width: in order, and further apart the more time is between them. @param {VoyageEvent[]} events */
export function placesOf(events) {
  let place = 0;
  let lastMs = events[0]?.atMs ?? 0;
  return events.map(({ atMs }) => {
    place += 1 + Math.min(pauseUnitsMax, atMs - lastMs);
    lastMs = atMs;
    return place;
  });
}

/** When each node was up. @param {VoyageEvent[]} events @returns {{ node: string, from: number, to: number, isCrash: boolean }[]} */
export function livesOf(events) {
  /** @type {{ node: string, from: number, to: number, isCrash: boolean }[]} */
  const lives = [];
  /** @type {Map<string, { node: string, from: number, to: number, isCrash: boolean }>} */
  const open = new Map();
  for (const [position, { event }] of events.entries()) {
    const known = open.get(event.node);
    if (event.kind === 'process.crashed' && known !== undefined) {
      known.to = position;
      known.isCrash = true;
      open.delete(event.node);
    } else if (event.kind === 'process.started' && known === undefined) {
      const life = { node: event.node, from: position, to: -1, isCrash: false };
      lives.push(life);
      open.set(event.node, life);
    }
  }
  return lives;
}

/** What was sent and arrived, by positions. @param {VoyageEvent[]} events */
export function messagesOf(events) {
  /** @type {Map<string, number>} */
  const sent = new Map();
  /** @type {{ sent: number, arrived: number }[]} */
  const messages = [];
  for (const [position, { event }] of events.entries()) {
    if (event.kind === 'network.sent') sent.set(`${event.node}>${event['to']} ${event['message']}`, position);
    else if (event.kind === 'network.delivered') {
      const from = sent.get(`${event['from']}>${event.node} ${event['message']}`);
      if (from !== undefined) messages.push({ sent: from, arrived: position });
    }
  }
  return messages;
}
