import { judgeRequired } from '../campaign/judge-required.js';
import type { MutantVerdict } from '../campaign/mutant-verdict.js';
import { counted } from '../report/figures.js';
import { progressText } from '../report/progress.js';
import type { GateRequest, PartResult } from './gate-request.js';
import { huntAll } from './mutants.js';
import { ProgressLine } from './progress-line.js';
import { StopSignals } from './stop-signals.js';

/** Plants every required mutant, and wants each to be found. The one that the ship sails with stays planted, and is not hunted. */
export async function checkMutants(request: GateRequest): Promise<PartResult> {
  const { mutants, planted, workers, bail } = request;
  const required = request.required.filter((id) => id !== planted?.id);
  const chosen = required.flatMap((id) => mutants.find((mutant) => mutant.id === id) ?? []);
  const signals = new StopSignals();
  const enough = new AbortController();
  const hunted: MutantVerdict[] = [];
  let missed = 0;
  const progress = new ProgressLine((elapsedMs) =>
    progressText(
      { runs: hunted.length, failures: missed },
      elapsedMs,
      { runs: chosen.length, durationMs: Infinity },
      'mutant',
    ),
  );
  try {
    const verdicts = await huntAll(chosen, mutants, request.home, {
      seedsMax: Infinity,
      starts: 1,
      workers,
      planted: planted === undefined ? [] : [planted],
      signal: AbortSignal.any([signals.signal, enough.signal]),
      onVerdict(verdict) {
        hunted.push(verdict);
        missed = judgeRequired([verdict.id], chosen, [verdict]).broken.length + missed;
        if (bail && missed > 0) enough.abort();
      },
    });
    const { broken, unchecked, killRates } = judgeRequired(required, mutants, verdicts);
    return {
      part: {
        done: `planted ${counted(verdicts.length, 'mutant')} of ${required.length} required`,
        broken,
        unchecked,
        harnessFault: false,
      },
      figures: { killRates },
      stoppedBy: signals.received,
    };
  } finally {
    progress.end();
    signals.close();
  }
}
