import type { Deps } from '../../deps.js';
import { insertAccessToken } from '../../store/access-tokens.js';
import { brokenConstraint, type Tx } from '../../store/db.js';
import { insertGrant } from '../../store/grants.js';
import { type Write, writeIn, writeTogether } from '../../store/prepared.js';
import { insertRefreshToken, type NewRefreshToken } from '../../store/refresh-tokens.js';
import type { Client, Suite } from '../../store/registry.js';
import type { Subject } from '../../store/subjects.js';
import { transact } from '../../store/transact.js';
import { invalidGrant } from '../errors.js';
import { type ClaimsRequest, userClaims } from '../rules/claims.js';
import { isConfidential } from '../rules/grants.js';
import type { Resource } from '../rules/resource.js';
import { scopeInToken } from '../rules/scope.js';
import { makeAccessToken } from '../tokens/access-token.js';
import { makeIdToken } from '../tokens/id-token.js';
import { mintRefreshToken, type RefreshToken } from '../tokens/refresh-token.js';
import { subjectOf } from '../tokens/subject.js';
import type { TokenResponse } from './request.js';

/** What tokens are issued on: a person's grant. */
export interface Grant {
  id: string;
  accountId: string;
  sessionId: string | null;
  /** What the application may get; how much of it stands in a token is decided at each issue. */
  scope: string;
  /** The identifiers of the granted API resources, with blanks between. */
  resource: string;
  /** Null where nobody signed in: a token the console makes for a user. */
  authTime: number | null;
  acr: string | null;
  amr: string[];
  nonce: string | null;
  actSubject: string | null;
  /** What was asked for by name (OpenID Connect Core §5.5). */
  claims: ClaimsRequest | null;
}

interface Issue {
  suite: Suite;
  client: Client;
  /** The person the tokens are about. */
  person: Subject;
  grant: Grant;
  /** The one of the granted resources that the token is for. */
  audience: Resource;
  /** What is asked of the grant's scope; the token has of it what belongs to the audience and the person. */
  scope: string;
  /** The grant is new: its row, and that of its refresh token, are made in the same transaction. */
  newGrant: boolean;
  /** The refresh token that goes with the answer, if any. */
  refreshToken: RefreshToken | null;
  secretId: string | null;
  /** Thumbprint of the key the client proved; binds the tokens to it (RFC 9449 §5, §6). */
  dpopJkt: string | null;
  /**
   * Uses up what the tokens are issued for, in the transaction that issues; where it writes nothing, another was faster,
   * nothing is done, and `usedUp` is thrown. Null where nothing is used up.
   */
  uses: ((answer: TokenResponse) => Write) | null;
  /** What else belongs to the transaction. May run again, when the database broke a deadlock. */
  alongside: ((tx: Tx) => Promise<void>) | null;
}

/** What the tokens were asked for was used up by another request in the meantime. */
export const usedUp = new Error('another request was faster');

/** Seconds that a grant is kept after its last token expired, so that what is said of it afterwards is right. */
const afterwards = 86_400;

/** Signs first, then consumes and inserts in one transaction (domain rule 8). */
export async function issueTokens(deps: Deps, issue: Issue): Promise<TokenResponse> {
  const { suite, client, grant, audience, person } = issue;
  const now = deps.clock.now();
  const roleIds = person.roles.map((role) => role.id);
  const scope = scopeInToken(issue.scope, audience, roleIds);
  const subject = subjectOf(deps, suite, client, grant.accountId);
  const access = await makeAccessToken(deps, {
    suite,
    client,
    subject,
    accountId: grant.accountId,
    grantId: grant.id,
    scope,
    audience: audience.identifier,
    roles: rolesFor(person, audience),
    authTime: grant.authTime,
    acr: grant.acr,
    amr: grant.amr,
    actSubject: grant.actSubject,
    dpopJkt: issue.dpopJkt,
  });
  const answer: TokenResponse = {
    access_token: access.token,
    token_type: issue.dpopJkt === null ? 'Bearer' : 'DPoP',
    expires_in: client.accessTokenLifespan,
  };
  // RFC 6749 §5.1: told whenever something was asked for, since the token may have less.
  if (issue.scope) answer.scope = scope;
  if (issue.refreshToken) answer.refresh_token = issue.refreshToken.text;
  if (issue.scope.split(' ').includes('openid'))
    answer.id_token = await makeIdToken(deps, {
      suite,
      client,
      subject,
      sessionId: grant.sessionId,
      authTime: grant.authTime,
      acr: grant.acr,
      amr: grant.amr,
      nonce: issue.newGrant ? grant.nonce : null,
      accessToken: access.token,
      actSubject: grant.actSubject,
      userClaims: userClaims(issue.person, [], Object.keys(grant.claims?.idToken ?? {})),
    });

  const writes: Write[] = [];
  if (issue.uses) writes.push(issue.uses(answer));
  if (issue.newGrant)
    writes.push(
      insertGrant({
        ...grant,
        suiteId: suite.id,
        applicationId: client.id,
        amr: JSON.stringify(grant.amr),
        claims: grant.claims === null ? null : JSON.stringify(grant.claims),
        createdAt: now,
        keptUntil: issue.refreshToken ? null : now + client.accessTokenLifespan + afterwards,
      }),
    );
  if (issue.newGrant && issue.refreshToken)
    writes.push(insertRefreshToken(grant.id, refreshTokenRow(issue.refreshToken, client, issue.dpopJkt, now)));
  if (access.record) writes.push(insertAccessToken(access.record));
  const { alongside } = issue;
  const [first, ...others] = writes;
  if (!first) throw new Error('tokens for a person always write something');
  const store = alongside
    ? transact(deps.db, async (tx) => {
        await alongside(tx);
        if (!(await writeIn(tx, [first, ...others]))) throw usedUp;
      })
    : writeTogether(deps.db, [first, ...others]).then((done) => {
        if (!done) throw usedUp;
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

/** The roles of the project that owns the audience; of another project's roles an audience learns nothing. */
function rolesFor(person: Subject, audience: Resource): string[] {
  return person.roles
    .filter((role) => role.projectId === audience.projectId)
    .map((role) => role.name)
    .sort();
}

/** A refresh token as it is stored, by its hashes. */
export function refreshTokenRow(
  token: RefreshToken,
  client: Client,
  dpopJkt: string | null,
  now: number,
): NewRefreshToken {
  return {
    familyHash: token.familyHash,
    tokenHash: token.tokenHash,
    issuedAt: now,
    expiresAt: now + client.refreshTokenLifespan,
    // RFC 9449 §5: a confidential client's refresh token is bound to the client itself.
    dpopJkt: isConfidential(client) ? null : dpopJkt,
  };
}

/** The first refresh token of a new grant, where the application's policy gives one for this scope (domain rule 7). */
export function firstRefreshToken(client: Client, scope: string): RefreshToken | null {
  const wanted =
    client.refreshTokens === 'always' ||
    (client.refreshTokens === 'offline_access' && scope.split(' ').includes('offline_access'));
  return wanted ? mintRefreshToken() : null;
}
