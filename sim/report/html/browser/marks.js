/** What an event is drawn as: faults are triangles, what is written squares, crashes crosses. @param {string} kind */
export function shapeOf(kind) {
  if (kind === 'violation') return 'violation';
  if (kind === 'process.crashed') return 'crash';
  if (kind === 'process.started') return 'start';
  if (kind.endsWith('.fault') || kind === 'network.dropped' || kind === 'process.paused') return 'fault';
  if (kind.startsWith('disk.')) return 'disk';
  if (kind.startsWith('log.') || kind.startsWith('node.')) return 'log';
  return kind.startsWith('network.') ? 'message' : 'other';
}

/** @param {CanvasRenderingContext2D} pen @param {string} kind @param {number} x @param {number} y @param {(name: string) => string} colour */
export function drawMark(pen, kind, x, y, colour) {
  const shape = shapeOf(kind);
  pen.beginPath();
  switch (shape) {
    case 'violation':
      pen.fillStyle = colour('bad');
      pen.moveTo(x, y - 11);
      pen.lineTo(x + 11, y);
      pen.lineTo(x, y + 11);
      pen.lineTo(x - 11, y);
      break;
    case 'crash':
      return drawCross(pen, x, y, 7, colour('bad'));
    case 'fault':
      pen.fillStyle = colour('fault');
      pen.moveTo(x, y - 16);
      pen.lineTo(x + 5, y - 6);
      pen.lineTo(x - 5, y - 6);
      break;
    case 'start':
      pen.fillStyle = colour('good');
      pen.arc(x, y, 5, 0, 2 * Math.PI);
      break;
    case 'disk':
      pen.fillStyle = colour('disk');
      pen.rect(x - 1, y + 4, 2, 9);
      break;
    case 'log':
      pen.fillStyle = colour('log');
      pen.rect(x - 3, y - 3, 6, 6);
      break;
    case 'message':
    case 'other':
      pen.fillStyle = colour(shape === 'message' ? 'message' : 'ink');
      pen.arc(x, y, 2, 0, 2 * Math.PI);
  }
  pen.fill();
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} size @param {string} colour */
export function drawCross(pen, x, y, size, colour) {
  pen.strokeStyle = colour;
  pen.lineWidth = 2.5;
  pen.beginPath();
  pen.moveTo(x - size, y - size);
  pen.lineTo(x + size, y + size);
  pen.moveTo(x + size, y - size);
  pen.lineTo(x - size, y + size);
  pen.stroke();
  pen.lineWidth = 1;
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} radius @param {string} colour */
export function drawRing(pen, x, y, radius, colour) {
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.stroke();
  pen.lineWidth = 1;
}

/** @param {CanvasRenderingContext2D} pen @param {number} fromX @param {number} fromY @param {number} toX @param {number} toY */
export function drawArrow(pen, fromX, fromY, toX, toY) {
  const angle = Math.atan2(toY - fromY, toX - fromX);
  pen.beginPath();
  pen.moveTo(fromX, fromY);
  pen.lineTo(toX, toY);
  pen.lineTo(toX - 7 * Math.cos(angle - 0.4), toY - 7 * Math.sin(angle - 0.4));
  pen.moveTo(toX, toY);
  pen.lineTo(toX - 7 * Math.cos(angle + 0.4), toY - 7 * Math.sin(angle + 0.4));
  pen.stroke();
}

/** @param {string} text @param {number} lengthMax */
export function shortened(text, lengthMax) {
  return text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text;
}
