/** Each part behind its length in four bytes, least significant first: other parts, other bytes. Reference B1. */
export function framed(parts: readonly (string | Uint8Array)[]): Uint8Array {
  const lengths = parts.map((part) => (typeof part === 'string' ? Buffer.byteLength(part) : part.length));
  // One buffer for all of it: this runs for every step.
  const bytes = Buffer.allocUnsafe(lengths.reduce((total, length) => total + 4 + length, 0));
  let offset = 0;
  for (const [index, part] of parts.entries()) {
    offset = bytes.writeUInt32LE(lengths[index] ?? 0, offset);
    if (typeof part === 'string') offset += bytes.write(part, offset);
    else {
      bytes.set(part, offset);
      offset += part.length;
    }
  }
  return bytes;
}
