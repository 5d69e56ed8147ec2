import { setTimeout as sleep } from 'node:timers/promises';

/** What an application got in the end. */
export interface Reply<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
  /**
   * True when an earlier try of this request may have been carried out: its connection broke after it was sent, or the
   * database went away meanwhile. What must not be done twice is then looked up or begun anew.
   */
  unsure: boolean;
}

/** How the requests of a run went. */
export interface Traffic {
  requests: number;
  retries: number;
  /** Milliseconds that the slowest request took, with its retries. */
  longest: number;
}

/** An application that asks the nodes in turn and tries again at the next one. */
export interface Client {
  traffic: Traffic;
  /** `isAway` tells an answer that asks to try again, beside 503. */
  send<T = Record<string, unknown>>(
    path: string,
    init?: RequestInit,
    isAway?: (answer: Response) => boolean,
  ): Promise<Reply<T>>;
}

/** No node answered, though one could have. */
export class NoAnswerError extends Error {}

/** Milliseconds that a request waits at most while nothing can answer. */
const patience = 30_000;

/**
 * Makes a client of these nodes. It tries again when a connection fails and after 503, at the next node: twice around
 * while a node could answer, and until it is answered while none can.
 */
export function createClient(origins: readonly string[], canAnswer: () => boolean): Client {
  const traffic: Traffic = { requests: 0, retries: 0, longest: 0 };
  let turn = 0;

  /** Whole answers only: a connection that breaks within the body has brought none. */
  async function attempt(
    url: string,
    init: RequestInit,
    isAway: (answer: Response) => boolean,
  ): Promise<{ answer: Response; text: string } | { why: string }> {
    try {
      const signal = AbortSignal.timeout(patience);
      const answer = await fetch(url, { redirect: 'manual', ...init, signal });
      const text = await answer.text();
      if (answer.status === 503 || isAway(answer)) return { why: `${answer.status} ${text.slice(0, 200)}` };
      return { answer, text };
    } catch (error) {
      // What undici says of a broken connection; anything else is a fault of this program.
      if (!(error instanceof TypeError && error.cause) && !(error instanceof DOMException)) throw error;
      const { code, message } = (error.cause ?? error) as { code?: string; message: string };
      return { why: code ?? message };
    }
  }

  return {
    traffic,
    async send<T>(
      path: string,
      init: RequestInit = {},
      isAway: (answer: Response) => boolean = () => false,
    ): Promise<Reply<T>> {
      const startedAt = performance.now();
      traffic.requests += 1;
      const first = turn;
      turn += 1;
      const why: string[] = [];
      let unsure = false;
      for (let left = 2 * origins.length; left > 0; left -= 1) {
        const origin = origins[(first + why.length) % origins.length];
        const could = canAnswer();
        const got = await attempt(`${origin}${path}`, init, isAway);
        const took = performance.now() - startedAt;
        traffic.longest = Math.max(traffic.longest, took);
        if ('answer' in got) {
          const isJson = got.text !== '' && got.answer.headers.get('content-type')?.includes('json');
          const body = (isJson ? JSON.parse(got.text) : {}) as T;
          return { status: got.answer.status, headers: got.answer.headers, body, unsure };
        }
        why.push(got.why);
        unsure ||= got.why !== 'ECONNREFUSED';
        traffic.retries += 1;
        // Tries count while somebody could have answered, from their beginning to their end.
        if (!(could && canAnswer()) && took < patience) left = 2 * origins.length + 1;
        if (why.length % origins.length === 0) await sleep(50);
      }
      throw new NoAnswerError(
        `${init.method ?? 'GET'} ${path.split('?', 1)[0]} got no answer: ${why.slice(-2 * origins.length).join(', ')}`,
      );
    },
  };
}
