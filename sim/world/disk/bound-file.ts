import {
  DiskError,
  type DiskErrorCode,
  type DiskFile,
  type DiskOperation,
} from '../../../src/runtime/disk.js';
import { decay } from './decay.js';
import type { DiskCaller } from './disk-caller.js';
import type { Lane } from './disk-state.js';
import { failSync } from './failed-sync.js';
import { syncPerhapsMisdirected } from './misdirected-sync.js';
import { sectorBytes } from './sector.js';
import type { SimulatedFile } from './simulated-file.js';

/** A handle of one life on a simulated file. */
export class BoundFile implements DiskFile {
  readonly path: string;
  readonly #caller: DiskCaller;
  readonly #file: SimulatedFile;
  readonly #lane: Lane = { busyUntilMs: 0 };
  #isOpen = true;

  constructor(caller: DiskCaller, path: string, file: SimulatedFile) {
    this.#caller = caller;
    this.path = path;
    this.#file = file;
  }

  size(): Promise<number> {
    return this.#call('size', -1, 0, () => this.#file.cached.size);
  }

  append(bytes: Uint8Array): Promise<number> {
    return this.#write('append', () => this.#file.cached.size, -1, bytes);
  }

  writeAt(offset: number, bytes: Uint8Array): Promise<number> {
    return this.#write('writeAt', () => offset, offset, bytes);
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    const { faults } = this.#caller.state;
    const call = { operation: 'read', path: this.path, offset, length, failsBy: 'disk.eio-read' } as const;
    return this.#caller.call(call, this.#lane, () => {
      this.#requireOpen('read');
      const bytes = this.#file.cached.read(offset, length);
      const strike = this.#file.unreadableIn(offset, bytes.length);
      if (strike !== undefined) {
        faults.effective('disk.latent-sector', strike);
        throw this.#error('EIO', 'read');
      }
      for (const rot of this.#file.rotIn(offset, bytes)) faults.effective('disk.bit-rot', rot);
      return bytes;
    });
  }

  sync(): Promise<void> {
    const effect = (): void => this.#sync();
    return this.#call('sync', -1, 0, effect, () => this.#file.sync());
  }

  truncate(length: number): Promise<void> {
    const resize = (): void => {
      this.#requireOpen('truncate');
      this.#file.resize(length, this.#caller.state.nextOrder());
    };
    const call = {
      operation: 'truncate',
      path: this.path,
      offset: -1,
      length,
      failsBy: 'disk.eio-write',
    } as const;
    return this.#caller.call(call, this.#lane, resize, resize);
  }

  close(): Promise<void> {
    return this.#call('close', -1, 0, () => {
      this.#isOpen = false;
    });
  }

  #call<T>(
    operation: DiskOperation,
    offset: number,
    length: number,
    effect: () => T,
    happen?: () => void,
  ): Promise<T> {
    const checked = (): T => {
      this.#requireOpen(operation);
      return effect();
    };
    return this.#caller.call({ operation, path: this.path, offset, length }, this.#lane, checked, happen);
  }

  #write(
    operation: 'append' | 'writeAt',
    place: () => number,
    offset: number,
    bytes: Uint8Array,
  ): Promise<number> {
    const { state } = this.#caller;
    return this.#caller.call(
      { operation, path: this.path, offset, length: bytes.length },
      this.#lane,
      () => {
        this.#requireOpen(operation);
        return bytes.length === 0 ? 0 : this.#writePerhapsInPart(operation, place(), bytes);
      },
      (cutBytes) => {
        this.#requireOpen(operation);
        if (bytes.length === 0) return;
        this.#file.write(place(), bytes.subarray(0, bytes.length - cutBytes), state.nextOrder());
      },
    );
  }

  #writePerhapsInPart(operation: DiskOperation, offset: number, bytes: Uint8Array): number {
    const { faults, simulation, space, names } = this.#caller.state;
    const { tape } = simulation;
    const put = (length: number): void => {
      if (length === 0) return;
      this.#file.write(offset, bytes.subarray(0, length), this.#caller.state.nextOrder());
    };
    this.#requireReadableEdges(operation, offset, bytes.length);
    if (faults.strikes('disk.eio-write')) {
      faults.bit('disk.eio-write', this.path, offset);
      put(tape.draw('disk.eio-write.part', bytes.length));
      throw this.#error('EIO', operation);
    }
    const fitting = space.fitting(this.#file, offset, bytes.length, names.cached.files);
    if (fitting < bytes.length) {
      put(fitting);
      throw this.#error('ENOSPC', operation);
    }
    if (bytes.length > 1 && faults.strikes('disk.short-write')) {
      faults.bit('disk.short-write', this.path, offset);
      const written = bytes.length - 1 - tape.draw('disk.short-write.missing', bytes.length - 1);
      put(written);
      return written;
    }
    put(bytes.length);
    return bytes.length;
  }

  /** A sector that is written in part must be read first. */
  #requireReadableEdges(operation: DiskOperation, offset: number, length: number): void {
    const end = offset + length;
    for (const edge of [offset, end]) {
      if (edge % sectorBytes === 0) continue;
      const strike = this.#file.unreadableIn(edge, 1);
      if (strike === undefined) continue;
      this.#caller.state.faults.effective('disk.latent-sector', strike);
      throw this.#error('EIO', operation);
    }
  }

  #sync(): void {
    const { state } = this.#caller;
    const { faults } = state;
    if (faults.strikes('disk.eio-sync')) {
      failSync(state, this.#file);
      throw this.#error('EIO', 'sync');
    }
    if (this.#file.pending.length > 0 && faults.strikes('disk.lying-sync')) {
      this.#file.pretendSync(faults.fired('disk.lying-sync', this.path));
    } else syncPerhapsMisdirected(state, this.#file);
    state.tellSynced(this.#file.path);
    decay(state, state.files());
  }

  #requireOpen(operation: DiskOperation): void {
    if (!this.#isOpen) throw this.#error('ECLOSED', operation);
  }

  #error(code: DiskErrorCode, operation: DiskOperation): DiskError {
    return new DiskError(code, operation, this.path);
  }
}
