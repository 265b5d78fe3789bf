import { hashText, Mix } from '../../trace/mix.js';
import type { DiskState } from './disk-state.js';
import type { FileImage } from './file-image.js';
import type { Names } from './name-space.js';
import type { SimulatedFile } from './simulated-file.js';

/**
 * Stands for all that the future of a disk depends on when no call is in flight: names and content, as reads show them and as the
 * medium holds them, and what is not durable yet. Damage is told by its places.
 */
export function diskDigest({ names, damages }: DiskState): string {
  const mix = new Mix();
  mixNames(mix, names.cached);
  mixNames(mix, names.durable);
  for (const change of names.pending) {
    mix.word(hashText(change.kind === 'rename' ? `${change.from}\n${change.to}` : change.path));
    mix.word(hashText(change.kind));
  }
  for (const { damage } of damages) mix.number(damage.offset);
  return `${mix.high.toString(16)}${mix.low.toString(16).padStart(8, '0')}`;
}

function mixNames(mix: Mix, { files, directories }: Names): void {
  for (const directory of directories) mix.word(hashText(directory));
  for (const [path, file] of files) {
    mix.word(hashText(path));
    mixFile(mix, file);
  }
}

function mixFile(mix: Mix, file: SimulatedFile): void {
  mixImage(mix, file.cached);
  mixImage(mix, file.durable);
  for (const change of file.pending) {
    if (change.kind === 'resize') mix.number(change.size);
    else {
      mix.number(change.firstSector);
      mix.bytes(change.sectors);
      mix.number(change.sizeAfter);
    }
  }
  for (const sector of file.unreadable.keys()) mix.number(sector);
  for (const sector of file.markedClean.keys()) mix.number(sector);
}

function mixImage(mix: Mix, image: FileImage): void {
  mix.number(image.size);
  mix.bytes(image.view());
}
