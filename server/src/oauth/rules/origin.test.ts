import { describe, expect, test } from 'vitest';
import { decideOrigin } from './origin.js';

const own = 'https://id.example.com';
const app = 'https://app.example.com';

describe('domain rule 4: the answer to an origin', () => {
  test.each([
    ['no origin needs no answer', undefined, [app], 'none'],
    ['the server’s own origin needs no answer', own, [], 'none'],
    ['a listed origin is echoed', app, ['https://other.example', app], 'echo'],
    ['* allows any origin', app, ['*'], 'any'],
    ['* allows the origin null', 'null', ['*'], 'any'],
    ['an unlisted origin is refused', 'https://evil.example', [app], 'refuse'],
    ['no list allows nothing', app, [], 'refuse'],
    ['the origin null is not in a list', 'null', [app], 'refuse'],
    ['another scheme is another origin', 'http://app.example.com', [app], 'refuse'],
    ['another port is another origin', `${app}:8443`, [app], 'refuse'],
    ['a subdomain is another origin', 'https://x.app.example.com', [app], 'refuse'],
    ['a longer host is another origin', `${app}.evil.example`, [app], 'refuse'],
    ['capitals are another origin', 'https://APP.example.com', [app], 'refuse'],
    ['a trailing slash is no origin', `${app}/`, [app], 'refuse'],
    ['an empty origin is refused', '', [app], 'refuse'],
    ['an origin that only begins like the own one is refused', `${own}.evil.example`, [], 'refuse'],
  ] as const)('%s', (_, origin, allowed, answer) => {
    expect(decideOrigin(origin, allowed, own)).toBe(answer);
  });
});
