import { isUtf8 } from 'node:buffer';

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

/** Compares two well-formed texts as their UTF-8 bytes compare. */
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

/** Whether `bytes` from `start` up to `end` are well-formed UTF-8. Most text is ASCII, and short: for that, no call is made. */
export function isText(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    if ((bytes[index] ?? 0) >= 0x80) return isUtf8(bytes.subarray(index, end));
  }
  return true;
}
