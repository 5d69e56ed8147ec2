import { describe, expect, it } from 'vitest';
import { checkOrigin } from './check-origin';

describe('checkOrigin', () => {
  const entries = ['https://b.example', 'https://a.example', 'http://localhost:5173'];

  it('RFC 6454 §5: allows the same scheme, host and port, and names the entry', () => {
    expect(checkOrigin(entries, 'https://a.example')).toEqual({
      outcome: 'allowed',
      origin: 'https://a.example',
      entry: 2,
      any: false,
    });
  });

  it('takes the origin of a whole address, as a browser does', () => {
    expect(checkOrigin(entries, ' HTTPS://A.example:443/page?q#x ')).toMatchObject({ outcome: 'allowed', entry: 2 });
  });

  it('allows everything where * stands', () => {
    expect(checkOrigin(['*'], 'http://x.test')).toMatchObject({ outcome: 'allowed', any: true });
  });

  it.each([
    ['https://a.example:8443', 'https://a.example', ['port']],
    ['http://a.example', 'https://a.example', ['scheme']],
    ['http://localhost:3000', 'http://localhost:5173', ['port']],
    ['https://localhost:3000', 'http://localhost:5173', ['scheme', 'port']],
  ])('refuses %s and says in what %s differs', (input, entry, differs) => {
    expect(checkOrigin(entries, input)).toMatchObject({ outcome: 'refused', nearest: { entry, differs } });
  });

  it('refuses where the list is empty', () => {
    expect(checkOrigin([], 'https://a.example')).toMatchObject({ outcome: 'refused', nearest: null });
  });

  it.each(['', 'a.example', '*', 'ftp://a.example', 'data:text/html,x'])('says that %j is no origin', (input) => {
    expect(checkOrigin(entries, input)).toMatchObject({ outcome: 'faulty' });
  });
});
