import { maxActiveRegistrationTokens, type RegistrationToken } from '@tessera/contract/registration';
import type { Deps } from '../deps.js';
import { sha256 } from '../platform/hash.js';
import { newCredential, newId } from '../platform/random.js';
import type { Tx } from '../store/db.js';
import {
  countInitialAccessTokens,
  findInitialAccessTokenById,
  type InitialAccessTokenRow,
  insertInitialAccessToken,
  listInitialAccessTokens,
  revokeInitialAccessToken,
} from '../store/initial-access-tokens.js';
import { findSuite, type SuiteView } from '../store/suites.js';
import { audit, change } from './change.js';
import type { Call, Result } from './operation.js';
import { notFound, problem } from './problem.js';
import { suiteTarget } from './suites.js';

function presentToken(token: InitialAccessTokenRow, now: number): RegistrationToken {
  return {
    id: token.id,
    name: token.name,
    hint: token.hint,
    status: statusOf(token, now),
    createdAt: token.createdAt,
    expiresAt: token.expiresAt,
  };
}

function statusOf(token: InitialAccessTokenRow, now: number): RegistrationToken['status'] {
  if (token.revokedAt !== null) return 'revoked';
  return token.expiresAt !== null && token.expiresAt <= now ? 'expired' : 'active';
}

async function requireSuite(db: Deps['db'] | Tx, id: string): Promise<SuiteView> {
  const suite = await findSuite(db, id);
  if (!suite) throw notFound('suite_not_found');
  return suite;
}

/** The initial access tokens of a suite, without their values. */
export async function listRegistrationTokens(
  deps: Deps,
  call: Call<'listRegistrationTokens'>,
): Promise<Result<'listRegistrationTokens'>> {
  const suite = await requireSuite(deps.db, call.params.id);
  const tokens = await listInitialAccessTokens(deps.db, suite.id, call.now);
  return {
    items: tokens.map((token) => presentToken(token, call.now)),
    nextCursor: null,
    total: tokens.length,
    totalCapped: false,
  };
}

/** Makes an initial access token, with which clients register themselves; its value is shown this once. */
export async function createRegistrationToken(
  deps: Deps,
  call: Call<'createRegistrationToken'>,
): Promise<Result<'createRegistrationToken'>> {
  const { params, body, actor, now } = call;
  return change(deps, async (tx) => {
    const suite = await requireSuite(tx, params.id);
    if ((await countInitialAccessTokens(tx, suite.id, now)) >= maxActiveRegistrationTokens)
      throw problem(
        'limit_reached',
        `A suite can have ${maxActiveRegistrationTokens} active tokens. Revoke one first.`,
        {
          count: maxActiveRegistrationTokens,
        },
      );
    const value = newCredential('tes_it_');
    const token: InitialAccessTokenRow = {
      id: newId(),
      suiteId: suite.id,
      name: body.name,
      tokenHash: sha256(value),
      hint: `${value.slice(0, 11)}…${value.slice(-4)}`,
      createdAt: now,
      expiresAt: body.expiresIn === null ? null : now + body.expiresIn,
      revokedAt: null,
    };
    await insertInitialAccessToken(tx, token);
    const changes = {
      token: { from: null, to: `${token.name} (${token.hint})` },
      expiresAt: { from: null, to: token.expiresAt },
    };
    await audit(tx, now, actor, 'registration_token.created', suiteTarget(suite), changes);
    return { ...presentToken(token, now), initialAccessToken: value };
  });
}

/** Revokes an initial access token; clients that registered with it stay. */
export async function removeRegistrationToken(deps: Deps, call: Call<'revokeRegistrationToken'>): Promise<void> {
  const { params, actor, now } = call;
  await change(deps, async (tx) => {
    const suite = await requireSuite(tx, params.id);
    const token = await findInitialAccessTokenById(tx, suite.id, params.tokenId);
    if (!token) throw notFound('registration_token_not_found');
    if (!(await revokeInitialAccessToken(tx, token.id, now))) return;
    const changes = { token: { from: `${token.name} (${token.hint})`, to: null } };
    await audit(tx, now, actor, 'registration_token.revoked', suiteTarget(suite), changes);
  });
}
