import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';

/** A JWT before it is signed. */
export interface Draft {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
}

/** One way in which a JWT is not what it should be. */
export interface Spoiled {
  how: string;
  /** The JWT; made when it is sent, since claims hang on the clock. */
  make(draft: Draft, signer: Signer): string;
}

/** Who signs: a P-256 key, or a secret for HS256. */
export type Signer = { privateKey: KeyObject; publicKey: KeyObject } | { secret: string };

/** Says of a value whether it may stand in a claim; all others spoil the JWT. */
type Fine = (value: unknown, draft: Draft) => boolean;

export function makeSigner(): { privateKey: KeyObject; publicKey: KeyObject; jwk: Record<string, unknown> } {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...pair, jwk: { ...pair.publicKey.export({ format: 'jwk' }) } };
}

const encode = (part: string | Buffer) => Buffer.from(part).toString('base64url');

/** The compact form, whatever header and payload are; no library would sign some of it. */
export function compact(header: unknown, payload: string | Buffer, signer: Signer): string {
  const input = `${encode(JSON.stringify(header) ?? '')}.${encode(payload)}`;
  return `${input}.${signatureOf(input, signer).toString('base64url')}`;
}

function signatureOf(input: string, signer: Signer): Buffer {
  if ('secret' in signer) return createHmac('sha256', signer.secret).update(input).digest();
  return sign('sha256', Buffer.from(input), { key: signer.privateKey, dsaEncoding: 'ieee-p1363' });
}

export const signDraft = ({ header, claims }: Draft, signer: Signer) => compact(header, JSON.stringify(claims), signer);

/** Changes of the text of a JWT; each makes another JWT of it, or none. */
export function spoiledTexts(): fc.Arbitrary<{ how: string; change(jwt: string): string }> {
  const whole = fc.constantFrom<[string, (parts: string[]) => string]>(
    ['no signature', ([header, payload]) => `${header}.${payload}.`],
    ['two parts', ([header, payload]) => `${header}.${payload}`],
    ['four parts', (parts) => `${parts.join('.')}.x`],
    ['five parts', (parts) => `${parts.join('.')}.x.y`],
    ['parts in another order', ([header, payload, signature]) => `${payload}.${header}.${signature}`],
    ['no header', ([, payload, signature]) => `.${payload}.${signature}`],
    ['no payload', ([header, , signature]) => `${header}..${signature}`],
    ['only dots', () => '..'],
    ['alg none, unsigned', ([, payload]) => `${encode('{"alg":"none"}')}.${payload}.`],
    ['alg None, with the signature', ([, payload, signature]) => `${encode('{"alg":"None"}')}.${payload}.${signature}`],
    ['a header that is no JSON', ([, payload, signature]) => `${encode('{alg')}.${payload}.${signature}`],
    [
      'a signature that is cut off',
      ([header, payload, signature = '']) => `${header}.${payload}.${signature.slice(0, -4)}`,
    ],
    ['a signature of zeroes', ([header, payload]) => `${header}.${payload}.${encode(Buffer.alloc(64))}`],
    ['a signature that is no base64url', ([header, payload]) => `${header}.${payload}.*`],
  );
  const bit = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
  const letter = fc.tuple(fc.nat(), fc.constantFrom(...'Aa0-_z9Q'));
  return fc.oneof(
    whole.map(([how, change]) => ({ how, change: (jwt: string) => change(jwt.split('.')) })),
    bit.map(([at, mask]) => ({
      how: `a byte of the signature (${at}, ${mask})`,
      change(jwt: string) {
        const [header, payload, signature = ''] = jwt.split('.');
        const bytes = Buffer.from(signature, 'base64url');
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ mask;
        return `${header}.${payload}.${bytes.toString('base64url')}`;
      },
    })),
    letter.map(([at, drawn]) => ({
      how: `a letter of what is signed (${at}, ${drawn})`,
      change(jwt: string) {
        const [header = '', payload = '', signature] = jwt.split('.');
        const place = at % (header.length + payload.length);
        const signed = header + payload;
        const other = signed[place] === drawn ? 'B' : drawn;
        const changed = `${signed.slice(0, place)}${other}${signed.slice(place + 1)}`;
        return `${changed.slice(0, header.length)}.${changed.slice(header.length)}.${signature}`;
      },
    })),
  );
}

const anything = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    0,
    -1,
    1e300,
    '9'.repeat(20),
    'https://evil.example/',
    null,
    [],
    {},
    true,
    '\0',
    'x'.repeat(600),
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Ways to spoil a JWT: its text, who signs it, what is signed, its header, and claims that are not `fine`. */
export function spoiledJwts(fine: Record<string, Fine>, headers: Record<string, Fine>): fc.Arbitrary<Spoiled> {
  const stranger = makeSigner();
  // A key in the header is what a DPoP proof is about; of any other JWT it proves nothing.
  const isAboutItsKey = 'jwk' in headers;
  const signers = fc.constantFrom<[string, (draft: Draft, signer: Signer) => string]>(
    ['signed by a stranger', (draft) => signDraft(draft, stranger)],
    [
      'signed by a stranger whose key is in the header',
      ({ header, claims }) =>
        signDraft({ header: { ...header, ...(isAboutItsKey ? {} : { jwk: stranger.jwk }) }, claims }, stranger),
    ],
    [
      'signed by a stranger whose keys are elsewhere',
      ({ header, claims }) => {
        const place = 'https://evil.example/jwks.json';
        return signDraft({ header: { ...header, jku: place, x5u: place }, claims }, stranger);
      },
    ],
    [
      'HS256 with the public key as the secret',
      ({ header, claims }, signer) => {
        const secret = 'secret' in signer ? '' : signer.publicKey.export({ format: 'pem', type: 'spki' }).toString();
        return signDraft({ header: { ...header, alg: 'HS256' }, claims }, { secret });
      },
    ],
    [
      'HS256 with an empty secret',
      ({ header, claims }) => signDraft({ header: { ...header, alg: 'HS256' }, claims }, { secret: '' }),
    ],
  );
  const payloads = fc.constantFrom<string | Buffer>(
    ...[
      '',
      '[]',
      '[{}]',
      '"text"',
      'null',
      '7',
      'true',
      '{',
      '{}{}',
      '{"a":1}x',
      '{"exp":0}',
      '{"exp":"9999999999"}',
      '{"aud":[]}',
    ],
    Buffer.from([0xff, 0xfe, 0x7b, 0x7d]),
  );
  const alone = fc.constantFrom<[string, Record<string, unknown>]>(
    ['crit', { crit: ['exp'] }],
    ['an unknown crit', { crit: ['http://evil.example/'], 'http://evil.example/': true }],
    ['an empty crit', { crit: [] }],
    ['b64', { b64: false, crit: ['b64'] }],
    ['no alg', { alg: undefined }],
    ['another alg', { alg: 'ES512' }],
    ['an alg that is none', { alg: ['ES256'] }],
    ['an encrypted one', { alg: 'dir', enc: 'A128GCM' }],
  );
  const change = (rules: Record<string, Fine>) =>
    fc.tuple(fc.constantFrom(...Object.entries(rules)), fc.oneof(fc.constant(undefined), anything));

  return fc.oneof(
    {
      weight: 3,
      arbitrary: spoiledTexts().map(({ how, change: spoil }) => ({
        how,
        make: (draft: Draft, signer: Signer) => spoil(signDraft(draft, signer)),
      })),
    },
    { weight: 2, arbitrary: signers.map(([how, make]) => ({ how, make })) },
    {
      weight: 1,
      arbitrary: payloads.map((payload) => ({
        how: `payload ${String(payload)}`,
        make: ({ header }: Draft, signer: Signer) => compact(header, payload, signer),
      })),
    },
    {
      weight: 1,
      arbitrary: alone.map(([how, added]) => ({
        how: `header: ${how}`,
        make: ({ header, claims }: Draft, signer: Signer) =>
          signDraft({ header: { ...header, ...added }, claims }, signer),
      })),
    },
    {
      weight: 2,
      arbitrary: change(headers).map(([[name, isFine], value]) => ({
        how: `header ${name}: ${JSON.stringify(value)?.slice(0, 80)}`,
        make: (draft: Draft, signer: Signer) =>
          signDraft({ ...draft, header: { ...draft.header, [name]: isFine(value, draft) ? 'at+jwt' : value } }, signer),
      })),
    },
    {
      weight: 6,
      arbitrary: change(fine).map(([[name, isFine], value]) => ({
        how: `claim ${name}: ${JSON.stringify(value)?.slice(0, 80)}`,
        make: (draft: Draft, signer: Signer) =>
          signDraft(
            { ...draft, claims: { ...draft.claims, [name]: isFine(value, draft) ? { spoiled: true } : value } },
            signer,
          ),
      })),
    },
  );
}
