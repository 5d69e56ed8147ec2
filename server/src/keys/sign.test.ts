import { decodeProtectedHeader, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { makeSign } from './sign.js';
import { algorithms } from './signing-key.js';

const claims = { iss: 'https://id.example.com', sub: 'ana', iat: 1_000, exp: 2_000, roles: ['reader'] };
const now = { currentDate: new Date(1_500_000) };

test.each([...algorithms])('RFC 7515 §4.1.9: %s says its type where it has one, and jose verifies it', async (alg) => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const sign = await makeSign(await exportJWK(privateKey), alg, 'the-key');
  for (const typ of ['at+jwt', 'JWT', undefined, 'at+jwt']) {
    const jwt = await sign(claims, typ);
    expect(decodeProtectedHeader(jwt)).toEqual({ alg, kid: 'the-key', ...(typ ? { typ } : {}) });
    const { payload } = await jwtVerify(jwt, publicKey, { ...now, algorithms: [alg] });
    expect(payload).toEqual(claims);
  }
});
