const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** What XML 1.0 has no way to write, not even escaped: most control characters, lone surrogates, two noncharacters. */
const unwritable = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** A text as the content of an XML element, or as the value of a quoted attribute. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(unwritable, '\u{fffd}')
    .replaceAll(/[&<>"'\t\n\r]/g, (character) => entities[character] ?? character);
}
