import { createPublicKey } from 'node:crypto';
import type { KeyWarning, SigningKey } from '@tessera/contract/keys';
import type { Deps } from '../deps.js';
import { longestToken, publishedAfter, publishedAhead } from '../keys/lifetimes.js';
import { makeMissingKeys } from '../keys/make-missing-keys.js';
import { isKnownToCaches, revoke, rotate, type Succession, successionOf } from '../keys/rotate.js';
import { algorithms } from '../keys/signing-key.js';
import type { SigningAlgorithm, SigningKeyRow } from '../store/schema.js';
import {
  findSigningKey,
  listCurrentKeys,
  listKeysOfSuite,
  listPublishedKeys,
  listSigningKeys,
} from '../store/signing-keys.js';
import { findSuite, type SuiteView } from '../store/suites.js';
import { audit, change, type Target } from './change.js';
import { readList } from './lists.js';
import type { Call, Result } from './operation.js';
import { notFound, type ProblemError, problem } from './problem.js';

/** Retired keys of one algorithm that may stand in a JWKS; clients read all of it. */
const maxRetired = 20;

const day = 86_400;

interface OfSuite {
  suiteName: string;
  keyRotationDays: number;
}

/** A key as the contract describes it; `signing` is the one it would take over from. */
function presentKey(key: SigningKeyRow, suite: OfSuite, signing: SigningKeyRow | undefined): SigningKey {
  const publicJwk = JSON.parse(key.publicJwk) as Record<string, string>;
  return {
    kid: key.kid,
    suiteId: key.suiteId,
    suiteName: suite.suiteName,
    alg: key.alg,
    status: key.status,
    createdAt: key.createdAt,
    ...plannedTimes(key, suite, signing),
    removedAt: key.removedAt,
    tokensValidUntil: key.status === 'retired' && key.signsUntil !== null ? key.signsUntil + longestToken : null,
    publicJwk,
    pem: createPublicKey({ key: publicJwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString(),
  };
}

function plannedTimes(key: SigningKeyRow, suite: OfSuite, signing: SigningKeyRow | undefined) {
  const endOf = (one: SigningKeyRow) => one.signsFrom + suite.keyRotationDays * day;
  if (key.status === 'signing') return { signsFrom: key.signsFrom, signsUntil: endOf(key) };
  if (key.status === 'next')
    return { signsFrom: Math.max(signing ? endOf(signing) : 0, key.createdAt + publishedAhead), signsUntil: null };
  return { signsFrom: key.signsFrom || null, signsUntil: key.signsUntil };
}

const order: Record<SigningKeyRow['status'], number> = { signing: 0, next: 1, retired: 2, revoked: 3 };

/** The keys of a suite: algorithm by algorithm, first the one that signs, then the next one, then the newest of the old. */
async function presentSuiteKeys(deps: Deps, suite: SuiteView): Promise<SigningKey[]> {
  const keys = await listKeysOfSuite(deps.db, suite.id);
  const of = { suiteName: suite.name, keyRotationDays: suite.keyRotationDays };
  return keys
    .toSorted((a, b) => algorithms.indexOf(a.alg) - algorithms.indexOf(b.alg) || order[a.status] - order[b.status])
    .map((key) => presentKey(key, of, successionOf(keys, key.alg)?.signing));
}

async function requireSuite(deps: Deps, id: string): Promise<SuiteView> {
  const suite = await findSuite(deps.db, id);
  if (!suite) throw notFound('suite_not_found');
  return suite;
}

const target = (key: Pick<SigningKeyRow, 'alg' | 'kid'>): Target => ({
  type: 'signing_key',
  id: key.kid,
  name: `${key.alg} ${key.kid}`,
});

/** One page of the keys of all suites. */
export async function listAllKeys(deps: Deps, call: Call<'listKeys'>): Promise<Result<'listKeys'>> {
  const suites = new Map<string, SigningKeyRow[]>();
  const page = await readList(listSigningKeys(deps.db, call.query), (key) => key);
  for (const { suiteId } of page.items)
    if (!suites.has(suiteId)) suites.set(suiteId, await listCurrentKeys(deps.db, suiteId));
  const signingOf = (key: SigningKeyRow) =>
    suites.get(key.suiteId)?.find((one) => one.alg === key.alg && one.status === 'signing');
  return { ...page, items: page.items.map((key) => presentKey(key, key, signingOf(key))) };
}

/** Every key of a suite, revoked and removed ones for some time too. */
export async function listSuiteKeys(deps: Deps, call: Call<'listSuiteKeys'>): Promise<Result<'listSuiteKeys'>> {
  const items = await presentSuiteKeys(deps, await requireSuite(deps, call.params.id));
  return { items, nextCursor: null, total: items.length, totalCapped: false };
}

/** Lets the next keys sign now, of one algorithm or of all; says so where caches may not know them yet. */
export async function rotateSuiteKeys(deps: Deps, call: Call<'rotateSuiteKeys'>): Promise<Result<'rotateSuiteKeys'>> {
  const { params, body, now } = call;
  const suite = await requireSuite(deps, params.id);
  const algs = body.alg ? [body.alg] : algorithms;
  const store = { db: deps.db, masterKey: deps.config.masterKey };
  await makeMissingKeys(store, suite.id, now, { algs });
  await checkRoom(deps, suite, algs, now);
  const current = await listCurrentKeys(deps.db, suite.id);
  const successions = algs.map((alg) => requireSuccession(current, alg));
  if (body.from && !successions.every(({ signing }) => body.from?.includes(signing.kid))) throw changedMeanwhile();
  await change(deps, async (tx) => {
    for (const keys of successions) {
      if (!(await rotate(tx, keys, now))) throw changedMeanwhile();
      await audit(tx, now, call.actor, 'signing_key.rotated', target(keys.next), {
        suiteId: suite.id,
        signing: { from: keys.signing.kid, to: keys.next.kid },
        removedAt: { from: null, to: now + publishedAfter },
      });
    }
  });
  return finish(deps, suite, algs, successions, now);
}

async function checkRoom(deps: Deps, suite: SuiteView, algs: readonly SigningAlgorithm[], now: number): Promise<void> {
  const published = await listPublishedKeys(deps.db, suite.id, now);
  for (const alg of algs) {
    const retired = published.filter((key) => key.alg === alg && key.status === 'retired');
    if (retired.length >= maxRetired)
      throw problem(
        'key_limit',
        `${suite.name} has ${retired.length} retired ${alg} keys whose tokens are still valid. Wait until the first leaves, or revoke one.`,
        { count: retired.length },
      );
  }
}

function requireSuccession(current: readonly SigningKeyRow[], alg: SigningAlgorithm): Succession {
  const keys = successionOf(current, alg);
  if (!keys) throw changedMeanwhile();
  return keys;
}

function changedMeanwhile(): ProblemError {
  return problem('version_conflict', 'The keys were changed by others at the same time. Look at them, then try again.');
}

/** Revokes a key: everything it signed fails now. A signing key is followed by the next one. */
export async function revokeSuiteKey(deps: Deps, call: Call<'revokeSuiteKey'>): Promise<Result<'revokeSuiteKey'>> {
  const { params, now } = call;
  const suite = await requireSuite(deps, params.id);
  const { alg, succession } = await change(deps, async (tx) => {
    // Read before the key: a rotation in between would else hide the key that takes over.
    const current = await listCurrentKeys(tx, suite.id);
    const key = await findSigningKey(tx, suite.id, params.kid);
    if (!key) throw notFound('key_not_found');
    if (key.status === 'revoked') return { alg: key.alg };
    const keys = key.status === 'signing' ? successionOf(current, key.alg) : undefined;
    if (key.status === 'signing' && !keys)
      throw problem(
        'key_last',
        `${suite.name} has no next ${key.alg} key that could sign instead. Rotate the key first, then revoke this one.`,
      );
    await revoke(tx, key, keys?.next ?? null, now);
    await audit(tx, now, call.actor, 'signing_key.revoked', target(key), {
      suiteId: suite.id,
      status: { from: key.status, to: 'revoked' },
      ...(keys ? { signing: { from: key.kid, to: keys.next.kid } } : {}),
    });
    return { alg: key.alg, succession: keys };
  });
  return finish(deps, suite, [alg], succession ? [succession] : [], now);
}

/** Publishes new next keys of these algorithms in place of those that sign now, and says what is to be said. */
async function finish(
  deps: Deps,
  suite: SuiteView,
  algs: readonly SigningAlgorithm[],
  successions: Succession[],
  now: number,
) {
  deps.keys.clear();
  await makeMissingKeys({ db: deps.db, masterKey: deps.config.masterKey }, suite.id, now, { algs });
  deps.keys.clear();
  return {
    changed: successions.map(({ signing, next }) => ({ alg: next.alg, from: signing.kid, to: next.kid })),
    warnings: successions.filter(({ next }) => !isKnownToCaches(next, now)).map(({ next }) => warningOf(next)),
    items: await presentSuiteKeys(deps, suite),
  };
}

function warningOf(next: SigningKeyRow): KeyWarning {
  return {
    alg: next.alg,
    code: 'published_recently',
    message: `The new ${next.alg} key was published less than ${publishedAhead / 60} minutes before it signs. Clients that keep the JWKS may refuse its tokens until they fetch it again.`,
    until: next.createdAt + publishedAhead,
  };
}
