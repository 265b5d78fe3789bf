import { kernelBench } from './kernel.bench.js';
import { logBench } from './log.bench.js';

await kernelBench();
await logBench();
