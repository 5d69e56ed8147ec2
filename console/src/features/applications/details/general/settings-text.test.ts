import { describe, expect, it } from 'vitest';
import { settingsText } from './settings-text';

const issuer = 'https://id.example/suites/shop';
const pkce = {
  issuer,
  clientId: '9f2a',
  authenticatorType: 'authorization_pkce_flow' as const,
  redirectUris: ["https://app.example/c'b"],
};
const machine = { issuer, clientId: '77c1', authenticatorType: 'client_credentials' as const, redirectUris: [] };
const tv = { issuer, clientId: '3d0e', authenticatorType: 'device_flow' as const, redirectUris: [] };

describe('settingsText', () => {
  it('.env: leaves the place of the secret empty, and out for a public client', () => {
    expect(settingsText(machine, 'env')).toBe(`TESSERA_ISSUER=${issuer}\nCLIENT_ID=77c1\nCLIENT_SECRET=`);
    expect(settingsText(pkce, 'env')).not.toContain('SECRET');
  });

  it('JSON: uses the names of RFC 7591 §2 and RFC 8414 §2', () => {
    expect(JSON.parse(settingsText(machine, 'json'))).toMatchObject({
      client_id: '77c1',
      client_secret: '$CLIENT_SECRET',
      token_endpoint: `${issuer}/token`,
    });
  });

  it('curl: quotes values for the shell and leaves variables to it', () => {
    expect(settingsText(pkce, 'curl')).toBe(
      [
        `curl '${issuer}/token'`,
        `  --data-urlencode 'grant_type=authorization_code'`,
        `  --data-urlencode "code=$CODE"`,
        `  --data-urlencode "code_verifier=$CODE_VERIFIER"`,
        `  --data-urlencode 'redirect_uri=https://app.example/c'\\''b'`,
        `  --data-urlencode 'client_id=9f2a'`,
      ].join(' \\\n'),
    );
  });

  it('RFC 8628: a device has no secret, its own endpoint instead of the authorize endpoint, and two requests', () => {
    expect(settingsText(tv, 'env')).toBe(`TESSERA_ISSUER=${issuer}\nCLIENT_ID=3d0e`);
    const settings = JSON.parse(settingsText(tv, 'json')) as Record<string, unknown>;
    expect(settings).toMatchObject({ device_authorization_endpoint: `${issuer}/device_authorization` });
    expect(settings).not.toHaveProperty('authorization_endpoint');
    expect(settingsText(tv, 'curl')).toBe(
      [
        `curl '${issuer}/device_authorization' \\`,
        `  --data-urlencode 'client_id=3d0e' \\`,
        `  --data-urlencode 'scope=openid'`,
        `curl '${issuer}/token' \\`,
        `  --data-urlencode 'grant_type=urn:ietf:params:oauth:grant-type:device_code' \\`,
        `  --data-urlencode "device_code=$DEVICE_CODE" \\`,
        `  --data-urlencode 'client_id=3d0e'`,
      ].join('\n'),
    );
  });
});
