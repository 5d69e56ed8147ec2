import { decodeProtectedHeader, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { makeSign } from './sign.js';
import { algorithms } from './signing-key.js';
import { makeVerify } from './verify.js';

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

test.each([...algorithms])('RFC 7515 §5.2: %s is verified by its own key and algorithm, as it stands', async (alg) => {
  const [own, other] = [await generateKeyPair(alg, { extractable: true }), await generateKeyPair(alg)];
  const sign = await makeSign(await exportJWK(own.privateKey), alg, 'the-key');
  const jwt = await sign(claims, 'at+jwt');
  const verify = makeVerify(await exportJWK(own.publicKey), alg);
  expect(await verify(jwt)).toMatchObject({ header: { alg, typ: 'at+jwt', kid: 'the-key' }, payload: claims });
  expect(await makeVerify(await exportJWK(other.publicKey), alg)(jwt)).toBeNull();
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  for (const changed of [
    `${head}.${encode({ ...claims, sub: 'eve' })}.${signature}`,
    `${encode({ alg: 'none', typ: 'at+jwt' })}.${body}.`,
    `${encode({ alg: 'HS256', typ: 'at+jwt', kid: 'the-key' })}.${body}.${signature}`,
    `${head}.${body}.`,
    `${head}.${body}`,
    `${head}.${body}.${signature}.${signature}`,
    '..',
    '',
  ])
    expect(await verify(changed), changed).toBeNull();
});
