import type { Application, UpdateApplication } from '@tessera/contract/applications';
import { jwksFault } from '@tessera/contract/jwks';
import { signingAlgorithms } from '@tessera/contract/signing';
import { endpointUrlFault } from '@tessera/contract/web-url';
import type { TFunction } from 'i18next';
import type { Faults } from '../../../../ui/use-form';

/** In the order they are offered; empty is the default of confidential types, a secret in the header or in the body. */
export const authMethods = [
  '',
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
] as const;

export interface AuthenticationValues {
  /** One of `authMethods`; a client that registered itself may have `none`. */
  tokenEndpointAuthMethod: string;
  /** Empty for any that fits. */
  tokenEndpointAuthSigningAlg: string;
  keys: 'none' | 'here' | 'url';
  /** As text. */
  jwks: string;
  jwksUri: string;
}

export function toAuthenticationValues(application: Application): AuthenticationValues {
  const { tokenEndpointAuthMethod, tokenEndpointAuthSigningAlg, jwks, jwksUri } = application;
  return {
    tokenEndpointAuthMethod: tokenEndpointAuthMethod ?? '',
    tokenEndpointAuthSigningAlg: tokenEndpointAuthSigningAlg ?? '',
    keys: jwks ? 'here' : jwksUri ? 'url' : 'none',
    jwks: jwks ? JSON.stringify(jwks, null, 2) : '',
    jwksUri: jwksUri ?? '',
  };
}

/** The same as the API takes it; keys that are not chosen are taken away. */
export function toAuthenticationFields(values: AuthenticationValues): UpdateApplication {
  const { tokenEndpointAuthMethod: method, tokenEndpointAuthSigningAlg: alg, keys, jwks, jwksUri } = values;
  return {
    // Only what the selects offer is ever changed, so what is sent is one of the API's own words.
    tokenEndpointAuthMethod: (method || null) as Exclude<UpdateApplication['tokenEndpointAuthMethod'], undefined>,
    tokenEndpointAuthSigningAlg: signsWithKey(values) ? (signingAlgorithms.find((each) => each === alg) ?? null) : null,
    jwks: keys === 'here' ? (readJson(jwks) as Exclude<UpdateApplication['jwks'], undefined>) : null,
    jwksUri: keys === 'url' ? jwksUri.trim() : null,
  };
}

export function signsWithKey(values: Pick<AuthenticationValues, 'tokenEndpointAuthMethod'>): boolean {
  return values.tokenEndpointAuthMethod === 'private_key_jwt';
}

export function checkAuthentication(values: AuthenticationValues, t: TFunction<'application-details'>): Faults {
  const { keys, jwks, jwksUri } = values;
  return {
    keys: keys === 'none' && signsWithKey(values) ? t('authentication.keysFault') : undefined,
    jwks: keys === 'here' ? jwksFault(readJson(jwks))?.message : undefined,
    jwksUri: keys === 'url' ? endpointUrlFault(jwksUri.trim(), 'nowhere')?.message : undefined,
  };
}

/** Null where the text is no JSON. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
