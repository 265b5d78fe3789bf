import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { escapeXml } from '../../../sim/report/escape-xml.js';

test('nothing that is escaped ends an element or an attribute, or is no character of XML', () => {
  assert(
    property(string({ unit: 'binary' }), (text) => {
      expect(escapeXml(text)).toMatch(
        /^(?:[^<>"'&\p{Cc}\p{Cs}\ufffe\uffff]|[\u0080-\u009f\u007f]|&(?:amp|lt|gt|quot|apos|#9|#10|#13);)*$/u,
      );
    }),
  );
});

test('a control character and a lone surrogate are replaced', () => {
  expect(escapeXml('a\u0000b\u001b\ud800c')).toBe('a\ufffdb\ufffd\ufffdc');
});

test('a line break outlives an attribute', () => {
  expect(escapeXml('a\n"b"')).toBe('a&#10;&quot;b&quot;');
});
