/** The most steps, promises and timers that one attempt of an execution may have. Reference B6. */
export const stepsMax = 10_000;

/** The most bytes of one encoded input, result or promised value: 1 MiB. Reference B6. */
export const payloadBytesMax = 1_048_576;

/**
 * The most bytes of results and promised values that one execution may hold together: 16 MiB. A result that does not fit any more is
 * journaled as unavailable.
 */
export const journalBytesMax = 16_777_216;

/** How often one execution may be begun anew after a divergence. Guarded effects of all attempts are kept. */
export const attemptsMax = 16;

/**
 * How many resolver tokens one promise may have. Each life that dies before its token was handed over leaves one behind, and so a
 * node that is restarted over and over must not use them up.
 */
export const promiseTokensMax = 1024;

/**
 * How long an interrupted run waits for effects that have begun. One that has not ended by then is in doubt, as after a crash. The
 * reference waits as long for its journal (B4, ack timeout).
 */
export const patienceMs = 5_000;

/** The most code units of an execution id or of a workflow's name. */
export const idLengthMax = 256;
