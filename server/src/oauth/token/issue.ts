import type { Deps } from '../../deps.js';
import { sha256 } from '../../platform/hash.js';
import { newCredential } from '../../platform/random.js';
import { insertAccessToken } from '../../store/access-tokens.js';
import { brokenConstraint, type Tx } from '../../store/db.js';
import { insertGrant } from '../../store/grants.js';
import { insertRefreshToken } from '../../store/refresh-tokens.js';
import type { Client, Suite } from '../../store/registry.js';
import { transact } from '../../store/transact.js';
import { invalidGrant } from '../errors.js';
import { makeAccessToken } from '../tokens/access-token.js';
import { makeIdToken } from '../tokens/id-token.js';
import type { TokenResponse } from './request.js';

/** What tokens are issued on: a person's grant. */
export interface Grant {
  id: string;
  accountId: string;
  sessionId: string | null;
  scope: string;
  resource: string;
  /** Null where nobody signed in: a token the console makes for a user. */
  authTime: number | null;
  amr: string[];
  nonce: string | null;
  actSubject: string | null;
}

interface Issue {
  suite: Suite;
  client: Client;
  grant: Grant;
  /** The scope of this token, the grant's or a part of it. */
  scope: string;
  /** The grant is new: its row is made in the same transaction. */
  newGrant: boolean;
  withRefreshToken: boolean;
  secretId: string | null;
  /**
   * Uses up what the tokens are issued for; throws, and so rolls everything back, when another was faster.
   * May run again, when the database broke a deadlock.
   */
  consume(tx: Tx, answer: TokenResponse): Promise<void>;
}

/** Signs first, then consumes and inserts in one transaction (domain rule 8). */
export async function issueTokens(deps: Deps, issue: Issue): Promise<TokenResponse> {
  const { suite, client, grant } = issue;
  const now = deps.clock.now();
  const access = await makeAccessToken(deps, {
    suite,
    client,
    subject: grant.accountId,
    accountId: grant.accountId,
    grantId: grant.id,
    scope: issue.scope,
    audience: grant.resource,
    authTime: grant.authTime,
    amr: grant.amr,
    actSubject: grant.actSubject,
  });
  const answer: TokenResponse = {
    access_token: access.token,
    token_type: 'Bearer',
    expires_in: client.accessTokenLifespan,
  };
  if (issue.scope) answer.scope = issue.scope;
  if (issue.withRefreshToken) answer.refresh_token = newCredential('tes_rt_');
  if (issue.scope.split(' ').includes('openid'))
    answer.id_token = await makeIdToken(deps, {
      suite,
      client,
      subject: grant.accountId,
      sessionId: grant.sessionId,
      authTime: grant.authTime,
      amr: grant.amr,
      nonce: issue.newGrant ? grant.nonce : null,
      accessToken: access.token,
      actSubject: grant.actSubject,
    });

  const store = transact(deps.db, async (tx) => {
    await issue.consume(tx, answer);
    if (issue.newGrant)
      await insertGrant(tx, {
        ...grant,
        suiteId: suite.id,
        applicationId: client.id,
        amr: JSON.stringify(grant.amr),
        createdAt: now,
      });
    if (answer.refresh_token)
      await insertRefreshToken(tx, {
        tokenHash: sha256(answer.refresh_token),
        grantId: grant.id,
        issuedAt: now,
        expiresAt: now + client.refreshTokenLifespan,
      });
    if (access.record) await insertAccessToken(tx, access.record);
  });
  await store.catch((error: unknown) => {
    // The account or the application was deleted while this request was on its way.
    if (brokenConstraint(error)?.kind === 'foreign_key')
      throw invalidGrant('The user may not use this application', {
        rule: 'user.unknown',
        reason: 'The account or application was deleted.',
      });
    throw error;
  });
  deps.usage.count({
    applicationId: client.id,
    accountId: grant.accountId,
    secretId: issue.secretId,
    inLab: grant.actSubject !== null,
    at: now,
  });
  return answer;
}

/** True when the application's policy gives a refresh token for this scope (domain rule 7). */
export function wantsRefreshToken(client: Client, scope: string): boolean {
  if (client.refreshTokens === 'never') return false;
  return client.refreshTokens === 'always' || scope.split(' ').includes('offline_access');
}
