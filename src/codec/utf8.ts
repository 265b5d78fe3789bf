/**
 * How many bytes a text has in UTF-8.
 *
 * @returns Undefined when the text has a lone surrogate, and so no UTF-8 form.
 */
export function utf8Length(text: string): number | undefined {
  let length = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (unit < 0xd800 || unit > 0xdfff) length += 2;
    else if (unit > 0xdbff || !isLowSurrogate(text.charCodeAt(index + 1))) return undefined;
    else {
      length += 2;
      index += 1;
    }
  }
  return length;
}

/** Compares two well-formed texts of one UTF-8 length as their UTF-8 bytes compare. */
export function compareUtf8(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    const leftUnit = left.charCodeAt(index);
    const rightUnit = right.charCodeAt(index);
    if (leftUnit !== rightUnit) return utf8Rank(leftUnit) - utf8Rank(rightUnit);
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above all others, so as bytes they come after U+E000 to U+FFFF. */
function utf8Rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/**
 * Whether `bytes` from `start` up to `end` are well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF
 * (Unicode table 3-7).
 */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let position = start;
  while (position < end) {
    const lead = bytes[position] ?? 0;
    position += 1;
    if (lead < 0x80) continue;
    const trailing = trailingBytes(lead);
    if (trailing === 0 || position + trailing > end) return false;
    if (!isSecondByte(lead, bytes[position] ?? 0)) return false;
    for (let index = 1; index < trailing; index += 1) {
      if (((bytes[position + index] ?? 0) & 0xc0) !== 0x80) return false;
    }
    position += trailing;
  }
  return true;
}

/** How many bytes follow this first byte of a character of several; 0 when none begins with it. */
function trailingBytes(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return 0;
  if (lead < 0xe0) return 1;
  return lead < 0xf0 ? 2 : 3;
}

/** The second byte decides about overlong forms (E0, F0), surrogates (ED) and the upper end (F4). */
function isSecondByte(lead: number, second: number): boolean {
  const min = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const max = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  return second >= min && second <= max;
}
