import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../../sim/campaign/make-folder.js';
import { temporaryFolder } from '../../temporary-folder.js';

const root = temporaryFolder();

test('makes a folder and those above it, and minds nothing that is there', () => {
  makeFolder(join(root, 'a/b/c'));
  makeFolder(join(root, 'a/b/c'));
  expect(existsSync(join(root, 'a/b/c'))).toBe(true);
});

test('says so where there can be no folder, and returns', () => {
  writeFileSync(join(root, 'file'), '');
  expect(() => makeFolder(join(root, 'file/below'))).toThrow(/ENOTDIR/);
  expect(() => makeFolder('/proc/seaworthy/below')).toThrow(/ENOENT|EACCES|EPERM|EROFS/);
});
