import { describe, expect, test } from 'vitest';
import { checkGrantAllowed, deviceCodeGrant, type GrantType, isConfidential } from './grants.js';

const types = [
  'user_credentials',
  'authorization_flow',
  'authorization_pkce_flow',
  'client_credentials',
  'device_flow',
] as const;
const grants: GrantType[] = ['authorization_code', 'refresh_token', 'password', 'client_credentials', deviceCodeGrant];

describe('domain rule 2: the authenticator type is a preset', () => {
  test('only Authorization PKCE Flow and Device Flow are public clients', () => {
    expect(
      types.filter((authenticatorType) => !isConfidential({ authenticatorType, metadata: { authMethod: null } })),
    ).toEqual(['authorization_pkce_flow', 'device_flow']);
  });

  test.each([
    ['user_credentials', ['refresh_token', 'password']],
    ['authorization_flow', ['authorization_code', 'refresh_token']],
    ['authorization_pkce_flow', ['authorization_code', 'refresh_token']],
    ['client_credentials', ['client_credentials']],
    ['device_flow', ['refresh_token', deviceCodeGrant]],
  ] as const)('%s has the grants %j and no other', (type, allowed) => {
    const accepted = grants.filter((grant) => {
      try {
        checkGrantAllowed(type, grant);
        return true;
      } catch (error) {
        expect(error).toMatchObject({
          error: 'unauthorized_client',
          status: 400,
          refused: { rule: 'grant.not_allowed', received: grant },
        });
        return false;
      }
    });
    expect(accepted).toEqual(allowed);
  });
});
