import type { Deps } from '../../deps.js';
import { sealSecret } from '../../keys/sealed-secret.js';
import { sha256 } from '../../platform/hash.js';
import { newCredential, newId } from '../../platform/random.js';
import { insertSecret, listSecrets, revokeSecretsOf } from '../../store/client-secrets.js';
import type { Tx } from '../../store/db.js';
import type { ApplicationRow, ClientSecretRow } from '../../store/schema.js';
import type { CheckedRegistration } from './document.js';

const hashed: (string | null)[] = [null, 'client_secret_basic', 'client_secret_post'];

/** Makes the secret of a client, where its method needs one that it does not have; drops what is of no use any more. */
export async function provideSecret(
  deps: Deps,
  tx: Tx,
  application: Pick<ApplicationRow, 'id' | 'name'>,
  { metadata: { authMethod } }: CheckedRegistration,
): Promise<string | null> {
  const now = deps.clock.now();
  const live = (await listSecrets(tx, application.id, now)).filter((secret) => isLive(secret, now));
  const signs = authMethod === 'client_secret_jwt';
  if (live.length > 0 && hashed.includes(authMethod)) return null;
  // What is known by its hash alone cannot sign.
  if (signs && live.some((secret) => secret.secretSealed !== null)) return null;
  if (live.length > 0) await revokeSecretsOf(tx, application.id, now);
  if (!signs && !hashed.includes(authMethod)) return null;
  const [id, value] = [newId(), newCredential('tes_cs_')];
  await insertSecret(tx, {
    id,
    applicationId: application.id,
    name: 'Registered',
    secretHash: sha256(value),
    secretSealed: signs ? sealSecret(deps.config.masterKey, id, value) : null,
    hint: `${value.slice(0, 11)}…${value.slice(-4)}`,
    createdBy: application.name,
    createdAt: now,
    expiresAt: null,
  });
  return value;
}

/** True where a value is one of the live secrets of a client. */
export async function isSecretOf(deps: Deps, tx: Tx, applicationId: string, value: string): Promise<boolean> {
  const now = deps.clock.now();
  const secrets = await listSecrets(tx, applicationId, now);
  return secrets.some((secret) => isLive(secret, now) && secret.secretHash === sha256(value));
}

function isLive({ revokedAt, expiresAt }: ClientSecretRow, now: number): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > now);
}
