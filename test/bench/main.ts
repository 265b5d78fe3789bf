import { kernelBench } from './kernel.bench.js';

await kernelBench();
