import { writeSync } from 'node:fs';
import { openLog } from '../../src/log/log.js';
import { nodePorts } from '../../src/runtime/node/ports.js';

/**
 * Appends to the log in a folder until it is killed. Says what was made durable the moment that it knows, one
 * line each: `open`, `acked <lsn>`, `snapshot <lsn>`. A record says which life wrote it, its LSN, and its
 * place in its batch.
 */
const [folder = '', life = ''] = process.argv.slice(2);

const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

const options = { directory: 'log', segmentBytes: 16 * 1024 };
const log = await openLog(nodePorts(folder), options, { snapshot: () => {}, record: () => {} });
say('open');

for (let turn = 0; ; turn += 1) {
  for (let batch = 0; batch < 1 + (turn % 3); batch += 1) {
    const size = 1 + ((turn + batch) % 3);
    const records = Array.from({ length: size }, (_, index) => {
      const content = [life, log.lastLsn + 1 + index, index, size, 'x'.repeat((turn * 97) % 1500)];
      return Buffer.from(content.join('/'));
    });
    const { lastLsn } = log.append(records);
    void log.durable(lastLsn).then(() => say(`acked ${lastLsn}`));
  }
  const lsn = log.lastLsn;
  await log.durable(lsn);
  if (turn % 16 === 15) {
    await log.snapshot(lsn, Buffer.from(`${lsn}`));
    say(`snapshot ${lsn}`);
    await log.compact();
  }
}
