import { describe, expect, test } from 'vitest';
import { createApplication, createSecret, updateApplication, wholeApplication } from './applications.js';

const id = 'a3bb189e-8bf9-4c8c-9beb-6b1f1a3e5a11';
const least = { name: 'Shop', suiteId: id, projectId: id, authenticatorType: 'user_credentials' };

/** `field: code` of each issue. */
function issuesOf(
  schema: typeof createApplication | typeof updateApplication | typeof wholeApplication,
  value: unknown,
): string[] {
  const issues = schema.safeParse(value).error?.issues ?? [];
  return issues.map((issue) => {
    const own = issue.code === 'custom' ? (issue.params as { code: string }).code : issue.code;
    return `${issue.path.join('.')}: ${own}`;
  });
}

describe('creating an application (manual M1)', () => {
  test('the least that is needed gets the defaults of the domain rules', () => {
    expect(createApplication.parse(least)).toEqual({
      ...least,
      description: '',
      redirectUris: [],
      postLogoutRedirectUris: [],
      allowedOrigins: [],
      accessTokenLifespan: 900,
      refreshTokenLifespan: 2_592_000,
      accessTokenFormat: 'jwt',
      accessTokenSigningAlg: 'ES256',
      idTokenSigningAlg: 'RS256',
      userinfoSigningAlg: null,
      introspectionSigningAlg: null,
      tokenEndpointAuthMethod: null,
      tokenEndpointAuthSigningAlg: null,
      jwks: null,
      jwksUri: null,
      requestObjectSigningAlg: null,
      requestUris: [],
      requirePushedRequests: false,
      dpopBoundAccessTokens: false,
      firstParty: true,
      subjectType: 'public',
      sectorIdentifierUri: null,
      defaultMaxAge: null,
      initiateLoginUri: null,
      backchannelLogoutUri: null,
      backchannelLogoutSessionRequired: false,
      frontchannelLogoutUri: null,
      frontchannelLogoutSessionRequired: false,
      clientUri: null,
      logoUri: null,
      policyUri: null,
      tosUri: null,
      contacts: [],
      access: 'assigned',
      refreshTokens: 'always',
      allowPlainPkce: false,
      status: 'active',
    });
  });

  test.each([
    ['user_credentials', false],
    ['client_credentials', false],
    ['device_flow', false],
    ['authorization_flow', true],
    ['authorization_pkce_flow', true],
  ])('domain rule 3: %s needs a redirect URL: %s', (authenticatorType, needed) => {
    expect(issuesOf(createApplication, { ...least, authenticatorType })).toEqual(
      needed ? ['redirectUris: redirect_required'] : [],
    );
  });

  test.each([
    [{ accessTokenLifespan: 59 }, 'accessTokenLifespan: lifespan_range'],
    [{ accessTokenLifespan: 86_401, refreshTokenLifespan: 100_000 }, 'accessTokenLifespan: lifespan_range'],
    [{ accessTokenLifespan: 900, refreshTokenLifespan: 900 }, 'refreshTokenLifespan: lifespan_order'],
    [{ refreshTokenLifespan: 31_536_001 }, 'refreshTokenLifespan: lifespan_range'],
    [{ accessTokenLifespan: 60.5 }, 'accessTokenLifespan: not_integer'],
    [{ accessTokenLifespan: '900' }, 'accessTokenLifespan: invalid_type'],
    [{ authenticatorType: 'implicit_flow' }, 'authenticatorType: invalid_value'],
    [{ clientId: 'mine' }, ': unrecognized_keys'],
    [{ name: '' }, 'name: too_small'],
    [{ projectId: 'x' }, 'projectId: invalid_format'],
    [{ redirectUris: ['http://app.example.com/'] }, 'redirectUris.0: redirect_insecure'],
    [{ postLogoutRedirectUris: ['https://a.example/#'] }, 'postLogoutRedirectUris.0: redirect_fragment'],
    [{ allowedOrigins: ['https://a.example/'] }, 'allowedOrigins.0: origin_path'],
  ])('%j is refused: %s', (fields, issue) => {
    expect(issuesOf(createApplication, { ...least, ...fields })).toContain(issue);
  });
});

describe('changing an application (manual M2)', () => {
  test('every field may stay away, and nothing is filled in', () => {
    expect(updateApplication.parse({})).toEqual({});
    expect(updateApplication.parse({ description: null })).toEqual({ description: null });
  });

  test('the suite is fixed', () => {
    expect(issuesOf(updateApplication, { suiteId: id })).toEqual([': unrecognized_keys']);
  });

  test('the whole is checked once merged', () => {
    const whole = {
      authenticatorType: 'authorization_flow',
      redirectUris: [],
      accessTokenLifespan: 900,
      refreshTokenLifespan: 600,
      tokenEndpointAuthMethod: null,
      jwks: null,
      jwksUri: null,
      subjectType: 'public',
      sectorIdentifierUri: null,
      frontchannelLogoutUri: null,
    };
    expect(issuesOf(wholeApplication, whole)).toEqual([
      'redirectUris: redirect_required',
      'refreshTokenLifespan: lifespan_order',
    ]);
  });
});

describe('creating a secret', () => {
  test.each([
    [{}, true],
    [{ expiresIn: null }, true],
    [{ expiresIn: 60 }, true],
    [{ expiresIn: 59 }, false],
    [{ expiresIn: 94_608_001 }, false],
    [{ expiresIn: 60.5 }, false],
    [{ retireOthersIn: 0 }, true],
    [{ retireOthersIn: 604_801 }, false],
    [{ clientSecret: 'my own' }, false],
  ])('%j: accepted is %s', (fields, accepted) => {
    expect(createSecret.safeParse({ name: 'ci', ...fields }).success).toBe(accepted);
  });
});
