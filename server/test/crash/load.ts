import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from './client.js';
import type { Ledger, Redeemed } from './ledger.js';
import type { Product } from './product.js';

/** Rotations of one grant before the next one begins. */
const chainLength = 25;
/** Every so manieth rotation is sent twice at once, as two tabs do (domain rule 7). */
const twiceEvery = 7;

export interface Load {
  /** Resolves when nobody is at anything any more, and nothing begins until `goOn`. */
  pause(): Promise<void>;
  goOn(): void;
  /** Ends it where it is, after a failure. */
  abandon(): void;
  /** Lets each worker finish what it is at. Answers the refresh tokens that are the last of their chains. */
  stop(): Promise<string[]>;
}

/** How many do each kind of work at once, each as fast as it is answered; changes with a pause in between. */
export interface Workers {
  chains: number;
  exchanges: number;
  machines: number;
  changes: number;
  /** Milliseconds. */
  changePause: number;
}

/** Keeps the product busy: chains of rotation, single exchanges, tokens of machines and their introspection, management writes. */
export function startLoad(product: Product, ledger: Ledger, workers: Workers): Load {
  let stopping = false;
  let made = 0;
  let chains = 0;
  const ends: string[] = [];

  let gate = Promise.resolve();
  let open = () => {};
  const underWay = new Set<Promise<unknown>>();

  /** Does one thing, when the gate is open. */
  async function when<T>(once: () => Promise<T>): Promise<T> {
    await gate;
    const done = once();
    underWay.add(done);
    return done.finally(() => underWay.delete(done));
  }

  /** Authorizes and exchanges; an exchange that was carried out without an answer is begun anew. */
  async function newGrant(): Promise<Redeemed> {
    for (;;) {
      const { code, verifier } = await product.authorize();
      const answer = await product.redeem(code, verifier);
      const { refresh_token: refreshToken } = answer.body;
      if (answer.status === 200 && refreshToken) {
        ledger.acknowledged += 1;
        ledger.answered(code, refreshToken);
        return { code, verifier, refreshToken };
      }
      if (!(answer.unsure && answer.body.error === 'invalid_grant')) throw unexpected('an exchange', answer);
      ledger.codesCut += 1;
    }
  }

  async function rotate(chain: number, from: string): Promise<string> {
    const tries = ledger.acknowledged % twiceEvery === 0 ? 2 : 1;
    const answers = await Promise.all(Array.from({ length: tries }, () => product.refresh(from)));
    for (const answer of answers) {
      if (answer.status === 200 && answer.body.refresh_token) {
        ledger.rotate(chain, from, answer.body.refresh_token);
        continue;
      }
      if (answer.body.error !== 'invalid_grant') throw unexpected('a refresh', answer);
      ledger.lost.push('the last refresh token of a grant was refused');
      return (await newGrant()).refreshToken;
    }
    return answers[0]?.body.refresh_token ?? '';
  }

  async function keepChain(): Promise<void> {
    chains += 1;
    const chain = chains;
    let current = (await when(newGrant)).refreshToken;
    try {
      for (let rotations = 0; !stopping && rotations < chainLength; rotations += 1)
        current = await when(() => rotate(chain, current));
    } finally {
      ends.push(current);
    }
  }

  async function useMachineToken(): Promise<void> {
    const answer = await product.machineToken();
    const { access_token: token } = answer.body;
    if (answer.status !== 200 || !token) throw unexpected("a machine's token", answer);
    const seen = await product.introspect(token);
    if (seen.body.active !== true) throw unexpected('an introspection', seen);
    ledger.acknowledged += 1;
  }

  async function changeThings(): Promise<void> {
    await sleep(workers.changePause);
    made += 1;
    const name = `Made ${made} ${Math.trunc(performance.now())}`;
    const created = await product.api<{ id: string; clientId: string; clientSecret: string; code?: string }>(
      'POST',
      '/applications',
      product.applicationOf(name),
    );
    if (created.unsure && created.status === 409) {
      ledger.changesCut += 1;
      return;
    }
    if (created.status !== 201) throw unexpected('a new application', created);
    const { id, clientId, clientSecret } = created.body;
    const one = { id, clientId, live: [clientSecret], revoked: [] as string[] };
    ledger.make(one);
    const added = await product.api<{ id: string; clientSecret: string }>('POST', `/applications/${id}/secrets`, {
      name: 'Second',
    });
    if (added.status !== 201) throw unexpected('a new secret', added);
    ledger.acknowledged += 1;
    if (made % 2 === 0) {
      one.live.push(added.body.clientSecret);
      return;
    }
    const gone = await product.api('DELETE', `/applications/${id}/secrets/${added.body.id}`);
    if (gone.status !== 204 && !gone.unsure) throw unexpected('the end of a secret', gone);
    ledger.acknowledged += 1;
    one.revoked.push(added.body.clientSecret);
  }

  const work = (count: number, once: () => Promise<unknown>) =>
    Array.from({ length: count }, async () => {
      while (!stopping) {
        try {
          await once();
        } catch (error) {
          ledger.failed.push(error instanceof Error ? error.message : String(error));
        }
      }
    });
  const running = [
    ...work(workers.chains, keepChain),
    ...work(workers.exchanges, async () => ledger.redeemed.push(await when(newGrant))),
    ...work(workers.machines, () => when(useMachineToken)),
    ...work(workers.changes, () => when(changeThings)),
  ];
  return {
    async pause() {
      gate = new Promise((resolve) => {
        open = resolve;
      });
      // What passed the gate before may have begun in this very moment.
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
    goOn: () => open(),
    abandon() {
      stopping = true;
      open();
    },
    async stop() {
      stopping = true;
      await Promise.all(running);
      return ends;
    },
  };
}

function unexpected(what: string, answer: Reply<unknown>): Error {
  return new Error(`${what} was answered ${answer.status} ${JSON.stringify(answer.body)}`);
}
