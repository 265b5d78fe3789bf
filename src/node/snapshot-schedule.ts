/** A snapshot of up to so many bytes costs no more than the files and syncs of any. */
const smallBytes = 65_536;

/**
 * When the next snapshot is due: after so many records; and if the last one was large, only when the log behind it is as long. So snapshots
 * never write more than the log itself, however much is alive, and recovery reads at most about twice what is alive.
 */
export class SnapshotSchedule {
  readonly #everyRecords: number;
  #nextLsn: number;
  #snapshotBytes = 0;
  /** Of the records behind the last snapshot, or the one that is being taken. */
  #logBytes = 0;

  constructor(everyRecords: number) {
    this.#everyRecords = everyRecords;
    this.#nextLsn = everyRecords;
  }

  /** A record was added to the log, or found in it. */
  recorded(bytes: number): void {
    this.#logBytes += bytes;
  }

  isDue(lastLsn: number): boolean {
    return lastLsn >= this.#nextLsn && this.#logBytes >= this.#snapshotBytes - smallBytes;
  }

  /** The state of now is being captured. */
  begun(): void {
    this.#logBytes = 0;
  }

  /** There is a durable snapshot of so many bytes at `lsn`. */
  taken(lsn: number, bytes: number): void {
    this.#nextLsn = lsn + this.#everyRecords;
    this.#snapshotBytes = bytes;
  }

  /** There is none: it is tried again after as many records more. */
  failed(lastLsn: number): void {
    this.#nextLsn = lastLsn + this.#everyRecords;
  }
}
