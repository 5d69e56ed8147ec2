import { maxActiveSecrets, type Secret, usesSecret } from '@tessera/contract/applications';
import type { Deps } from '../deps.js';
import { hasAdminRights } from '../store/admins.js';
import { lockApplication } from '../store/applications.js';
import { readMetadata } from '../store/client-metadata.js';
import { countActiveSecrets, expireSecretsOf, findSecret, listSecrets, revokeSecret } from '../store/client-secrets.js';
import type { ClientSecretRow } from '../store/schema.js';
import { applicationTarget, checkNotLastOwner, requireApplication } from './applications.js';
import { audit, change } from './change.js';
import { addSecret } from './new-objects.js';
import type { Call, Result } from './operation.js';
import { notFound, problem } from './problem.js';

function presentSecret(secret: ClientSecretRow, now: number): Secret {
  return {
    id: secret.id,
    name: secret.name,
    hint: secret.hint,
    status: statusOf(secret, now),
    createdBy: secret.createdBy,
    createdAt: secret.createdAt,
    expiresAt: secret.expiresAt,
    lastUsedAt: secret.lastUsedAt,
  };
}

function statusOf(secret: ClientSecretRow, now: number): Secret['status'] {
  if (secret.revokedAt !== null) return 'revoked';
  return secret.expiresAt !== null && secret.expiresAt <= now ? 'expired' : 'active';
}

/** The secrets of an application, without their values. */
export async function listAllSecrets(deps: Deps, call: Call<'listSecrets'>): Promise<Result<'listSecrets'>> {
  await deps.usage.flush();
  const application = await requireApplication(deps.db, call.params.id);
  const secrets = await listSecrets(deps.db, application.id, call.now);
  return {
    items: secrets.map((secret) => presentSecret(secret, call.now)),
    nextCursor: null,
    total: secrets.length,
    totalCapped: false,
  };
}

/** Adds a secret, or rotates: then the others live `retireOthersIn` seconds longer at most. */
export async function createSecret(deps: Deps, call: Call<'createSecret'>): Promise<Result<'createSecret'>> {
  const { params, body, now } = call;
  // Whoever has a secret of an admin is that admin.
  if (await hasAdminRights(deps.db, params.id)) call.checkSignedInLately();
  return change(deps, async (tx) => {
    if (!(await lockApplication(tx, params.id))) throw notFound('application_not_found');
    const application = await requireApplication(tx, params.id);
    const { authMethod } = readMetadata(application.metadata);
    if (!usesSecret({ ...application, tokenEndpointAuthMethod: authMethod }))
      throw problem(
        'secret_not_used',
        authMethod === 'private_key_jwt'
          ? `${application.name} signs with its own key: it has no secret.`
          : `${application.name} is a public client: PKCE protects the code, it has no secret.`,
      );
    if (body.retireOthersIn !== undefined) await expireSecretsOf(tx, application.id, now, now + body.retireOthersIn);
    if ((await countActiveSecrets(tx, application.id, now)) >= maxActiveSecrets)
      throw problem('secret_limit', `You can have ${maxActiveSecrets} active secrets. Revoke one first.`, {
        count: maxActiveSecrets,
      });
    const expiresAt = body.expiresIn === null ? null : now + body.expiresIn;
    const added = await addSecret(tx, call, application, {
      name: body.name,
      expiresAt,
      sealUnder: authMethod === 'client_secret_jwt' ? deps.config.masterKey : null,
    });
    const secret = await findSecret(tx, application.id, added.id);
    if (!secret) throw notFound('secret_not_found');
    return { ...presentSecret(secret, now), clientSecret: added.value };
  });
}

/** Revokes a secret at once; the last one only when that is confirmed. */
export async function removeSecret(deps: Deps, call: Call<'revokeSecret'>): Promise<void> {
  const { params, query, now } = call;
  await change(deps, async (tx) => {
    if (!(await lockApplication(tx, params.id))) throw notFound('application_not_found');
    const application = await requireApplication(tx, params.id);
    const secret = await findSecret(tx, application.id, params.secretId);
    if (!secret) throw notFound('secret_not_found');
    const isLast = statusOf(secret, now) === 'active' && (await countActiveSecrets(tx, application.id, now)) === 1;
    if (isLast && query.confirmLast !== 'true')
      throw problem(
        'secret_last',
        `This is the last secret: ${application.name} will not be able to get tokens. Confirm to go on.`,
      );
    if (isLast) await checkNotLastOwner(tx, application);
    if (!(await revokeSecret(tx, secret.id, now))) return;
    const changes = { secret: { from: `${secret.name} (${secret.hint})`, to: null } };
    await audit(tx, now, call.actor, 'secret.revoked', applicationTarget(application), changes);
  });
}
