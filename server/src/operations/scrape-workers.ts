import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';

/** Milliseconds that a worker waits for the sum. */
const patience = 8_000;

interface Asked {
  tessera: 'scrape';
  id: number;
}

interface Answered {
  tessera: 'scraped';
  id: number;
  /** Null where a worker did not answer. */
  text: string | null;
}

/** For the primary process of several workers: sums their numbers for the one that was asked for them. */
export function sumForWorkers(): void {
  const all = new AggregatorRegistry();
  cluster.on('message', (worker: Worker, message: Asked) => {
    if (message.tessera !== 'scrape') return;
    const answer = (text: string | null) => {
      const answered: Answered = { tessera: 'scraped', id: message.id, text };
      if (worker.isConnected()) worker.send(answered);
    };
    all.clusterMetrics().then(answer, () => answer(null));
  });
}

let asked = 0;

/** Gives the text of a scrape: of this process, or of all workers where it is one. Rejects when one does not answer. */
export function createScrape(registries: Registry[]): () => Promise<string> {
  if (!cluster.isWorker) {
    return async () => (await Promise.all(registries.map((registry) => registry.metrics()))).join('\n');
  }
  // Makes this worker answer the primary.
  new AggregatorRegistry();
  AggregatorRegistry.setRegistries(registries);
  return () =>
    new Promise((resolve, reject) => {
      asked += 1;
      const question: Asked = { tessera: 'scrape', id: asked };
      const end = (text: string | null) => {
        clearTimeout(timer);
        process.removeListener('message', hear);
        if (text === null) reject(new Error('a worker did not say its numbers'));
        else resolve(text);
      };
      const hear = (message: Answered) => {
        if (message.tessera === 'scraped' && message.id === question.id) end(message.text);
      };
      const timer = setTimeout(() => end(null), patience);
      process.on('message', hear);
      process.send?.(question);
    });
}
