import { pause } from './pause.js';
import { tellPage } from './tell-page.js';
import { type Sea, untilAnswered } from './workflow-requests.js';

const pagesMax = 6;
const pageRows = 2;

/** Reads the completion feed of a workflow node from its beginning, page by page, slower than it may grow. */
export async function readFeed(sea: Sea, client: string): Promise<void> {
  let afterSeq = 0;
  for (let index = 0; index < pagesMax; index += 1) {
    const request = `feed-${index}`;
    const page = await untilAnswered(
      sea,
      client,
      request,
      ({ node }) => {
        const of = { node: client, request, subject: '', terms: '', activeMax: 0 };
        sea.bench.observe({ kind: 'call.reached', ...of, purpose: 'feed' });
        return node.feed(afterSeq, pageRows);
      },
      (answer) => {
        const asked = { node: client, request, afterSeq, limit: pageRows };
        for (const fact of tellPage(asked, answer)) sea.bench.observe(fact);
      },
    );
    if (page === undefined || page.throughSeq >= page.watermark) return;
    afterSeq = page.throughSeq;
    await pause(sea.simulation, sea.simulation.tape.draw('workload.feed-pause', 200));
  }
}
