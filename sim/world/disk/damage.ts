import type { Simulation } from '../../kernel/simulation.js';
import type { FaultSwitch } from './fault-switch.js';
import type { SimulatedFile } from './simulated-file.js';

/**
 * What the medium no longer holds as written, although it should. Never taken back, not even when overwritten
 * later.
 */
export interface DiskDamage {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  readonly kind: 'bit-rot' | 'latent-sector' | 'misdirected' | 'lost-lied';
  /** Whether the disk owed these bytes to the engine: they were durable, or a sync had claimed so. */
  readonly wasPromised: boolean;
}

/** A damage with the file that it is in: the file may be renamed later. */
export interface FileDamage {
  readonly file: SimulatedFile;
  readonly damage: Omit<DiskDamage, 'path'>;
}

/** What damage needs to know of a disk. */
export interface Medium {
  readonly simulation: Simulation;
  readonly faults: FaultSwitch;
  readonly damages: FileDamage[];
}

/** Notes damage, and whether the damaged bytes were owed. */
export function record(
  medium: Medium,
  file: SimulatedFile,
  damage: Omit<DiskDamage, 'path' | 'wasPromised'>,
): void {
  const wasPromised = damage.kind === 'lost-lied' || damage.offset < file.promised.size;
  medium.damages.push({ file, damage: { ...damage, wasPromised } });
}
