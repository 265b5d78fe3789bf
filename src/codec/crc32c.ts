/**
 * CRC-32C (Castagnoli), as in RFC 3720, eight bytes at a time ("slicing by eight": Kounavis and Berry, 2005).
 *
 * @param bytes - What to sum up.
 * @param previous - The sum of the bytes before these, to continue it.
 * @returns An unsigned 32-bit integer.
 */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  let crc = ~previous;
  let index = 0;
  for (const end = bytes.length - 7; index < end; index += 8) {
    crc ^=
      byteAt(bytes, index) |
      (byteAt(bytes, index + 1) << 8) |
      (byteAt(bytes, index + 2) << 16) |
      (byteAt(bytes, index + 3) << 24);
    crc =
      look(table7, crc & 0xff) ^
      look(table6, (crc >>> 8) & 0xff) ^
      look(table5, (crc >>> 16) & 0xff) ^
      look(table4, crc >>> 24) ^
      look(table3, byteAt(bytes, index + 4)) ^
      look(table2, byteAt(bytes, index + 5)) ^
      look(table1, byteAt(bytes, index + 6)) ^
      look(table0, byteAt(bytes, index + 7));
  }
  for (; index < bytes.length; index += 1) {
    crc = look(table0, (crc ^ byteAt(bytes, index)) & 0xff) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

function look(table: Int32Array, byte: number): number {
  return table[byte] ?? 0;
}

/** What each byte does to the sum, once no (0) to seven (7) more bytes have gone by. Signed, since that is what V8 is fast at. */
const table0 = firstTable();
const table1 = nextTable(table0);
const table2 = nextTable(table1);
const table3 = nextTable(table2);
const table4 = nextTable(table3);
const table5 = nextTable(table4);
const table6 = nextTable(table5);
const table7 = nextTable(table6);

function firstTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    return crc;
  });
}

/** The same after one more zero byte. */
function nextTable(table: Int32Array): Int32Array {
  return table.map((crc) => look(table0, crc & 0xff) ^ (crc >>> 8));
}
