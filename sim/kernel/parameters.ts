/** How the runs of a command differ from what their scenarios say. Kept in reproductions; absent where they do not differ. */
export interface VoyageParameters {
  /** The name of a profile: which faults may strike, and how hard. */
  readonly profile?: string;
  /** In which order things happen: `pct:3`. */
  readonly schedule?: string;
}
