import { usesSecret } from '@tessera/contract/applications';
import type { Deps } from '../deps.js';
import type { ApplicationView } from '../store/applications.js';
import { readMetadata } from '../store/client-metadata.js';
import { countActiveSecrets, dropSealedSecretsOf, revokeSecretsOf } from '../store/client-secrets.js';
import type { Tx } from '../store/db.js';
import { endGrantsOf } from '../store/grants.js';
import { type ApplicationValues, addSecret, sealUnder } from './new-objects.js';
import type { Call } from './operation.js';

export interface AuthenticationEffects {
  /** How much ended, for the audit log. */
  ended: { grantsEnded?: number; secretsRevoked?: number };
  /** The new secret, where one was made. */
  clientSecret?: string;
}

/**
 * What a new authenticator type or method of authentication brings with it: ends what was granted under the old type,
 * revokes secrets that are of no use any more, makes one that is needed (domain rule 2).
 */
export async function takeAuthenticationEffects(
  deps: Deps,
  tx: Tx,
  call: Call<'updateApplication'>,
  before: ApplicationView,
  values: ApplicationValues,
): Promise<AuthenticationEffects> {
  const { id } = before;
  const { authMethod } = readMetadata(before.metadata);
  const ended: AuthenticationEffects['ended'] = {};
  if (values.authenticatorType !== before.authenticatorType)
    ended.grantsEnded = await endGrantsOf(tx, { applicationId: id }, call.now, 'type_changed');
  else if (values.tokenEndpointAuthMethod === authMethod) return { ended };

  const wasSigning = authMethod === 'client_secret_jwt';
  const isSigning = values.tokenEndpointAuthMethod === 'client_secret_jwt';
  // Of a secret that was sent, only the hash is known: nothing can be verified with it.
  if (!usesSecret(values) || (isSigning && !wasSigning)) ended.secretsRevoked = await revokeSecretsOf(tx, id, call.now);
  else if (wasSigning && !isSigning) await dropSealedSecretsOf(tx, id);

  if (!usesSecret(values) || (await countActiveSecrets(tx, id, call.now)) > 0) return { ended };
  const secret = await addSecret(
    tx,
    call,
    { id, name: values.name },
    {
      name: 'First secret',
      expiresAt: null,
      sealUnder: sealUnder(deps.config.masterKey, values.tokenEndpointAuthMethod),
    },
  );
  return { ended, clientSecret: secret.value };
}
