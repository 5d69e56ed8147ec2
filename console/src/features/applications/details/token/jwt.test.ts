import { describe, expect, it } from 'vitest';
import { decodeJwt } from './jwt';

function part(value: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

describe('decodeJwt', () => {
  it('RFC 7519 §7.2: reads header and payload, beyond ASCII too', () => {
    const token = `${part({ alg: 'ES256' })}.${part({ sub: '1', name: 'Åsa ≠ 東京' })}.c2ln`;
    expect(decodeJwt(token)).toEqual({ header: { alg: 'ES256' }, payload: { sub: '1', name: 'Åsa ≠ 東京' } });
  });

  it.each([
    'tes_at_abc',
    'a.b.c',
    `${part({})}.${part({})}`,
    `${part([])}.${part({})}.x`,
    `${part({})}.${part(1)}.x`,
    '',
  ])('takes %j for an opaque token', (token) => {
    expect(decodeJwt(token)).toBeNull();
  });
});
