import { describe, expect, test } from 'vitest';
import { allowedOrigins, description, email, name, redirectUris, slug } from './fields.js';

/** Code and path of each issue; the codes of our own rules stand in `params`. */
function issuesOf(schema: { safeParse(value: unknown): { error?: { issues: object[] } } }, value: unknown): string[] {
  const issues = (schema.safeParse(value).error?.issues ?? []) as {
    code: string;
    path: PropertyKey[];
    params?: { code: string };
  }[];
  return issues.map(({ code, path, params }) => [params?.code ?? code, ...path].join(' '));
}

describe('an e-mail address', () => {
  test.each(['ana@example.com', 'a.b+c@sub.example.co', "o'neil@example.com", `${'a'.repeat(64)}@example.com`])(
    '%s is accepted',
    (value) => {
      expect(issuesOf(email, value)).toEqual([]);
    },
  );

  test('blanks around it are taken away', () => {
    expect(email.parse('  ana@example.com ')).toBe('ana@example.com');
  });

  test.each([
    '',
    'ana',
    'ana@',
    '@example.com',
    'ana@example',
    'ana@@example.com',
    'ana @example.com',
    'ana@exa mple.com',
    'ana\0@example.com',
  ])('%j is refused by code', (value) => {
    expect(issuesOf(email, value)).toEqual(['email_invalid']);
  });

  test.each([undefined, null, 1, {}, ['a@b.example']])('%j is no text', (value) => {
    expect(issuesOf(email, value)).toEqual(['invalid_type']);
  });
});

describe('a name', () => {
  const schema = name('Enter a name.', { min: 2 });

  test('is trimmed and has 2 to 80 characters', () => {
    expect(schema.parse('  Ana ')).toBe('Ana');
    expect(issuesOf(schema, 'a'.repeat(80))).toEqual([]);
    for (const value of ['', '   ', 'a', ' a ', 'a'.repeat(81)]) expect(issuesOf(schema, value), value).not.toEqual([]);
  });

  test.each(['a\0b', 'a\nb', 'a\u007fb', 'a\u0085b'])('has no control characters: %j', (value) => {
    expect(issuesOf(schema, value)).toEqual(['invalid_format']);
  });

  test('may be in any script, and hold what HTML has to escape', () => {
    for (const value of ['日本', 'Ünï', '<b>"&\'', '😀😀']) expect(issuesOf(schema, value)).toEqual([]);
  });
});

test('a description has at most 500 characters', () => {
  expect(issuesOf(description, 'a'.repeat(500))).toEqual([]);
  expect(issuesOf(description, 'a'.repeat(501))).toEqual(['too_big']);
});

describe('the key of a suite or project', () => {
  test.each(['ab', 'a-b-1', '42', 'a'.repeat(40)])('%s is accepted', (value) => {
    expect(issuesOf(slug, value)).toEqual([]);
  });

  test.each(['a', 'a'.repeat(41), 'A-b', 'a_b', '-ab', 'ab-', 'a--b', 'a b', 'ä', 'a/b', '..', 'ab\n'])(
    '%j is refused',
    (value) => {
      expect(issuesOf(slug, value)).not.toEqual([]);
    },
  );
});

describe('lists', () => {
  test('faults of redirect URLs and origins carry their code and index', () => {
    expect(issuesOf(redirectUris, ['https://a.example/', 'http://a.example/', 'https://a.example/#x'])).toEqual([
      'redirect_insecure 1',
      'redirect_fragment 2',
    ]);
    expect(issuesOf(allowedOrigins, ['https://a.example/', '*'])).toEqual(['origin_path 0', 'origin_wildcard_mixed 1']);
  });

  test('have at most 50 entries, all of them text', () => {
    const urls = (count: number) => Array.from({ length: count }, (_, index) => `https://a${index}.example`);
    for (const schema of [redirectUris, allowedOrigins]) {
      expect(issuesOf(schema, urls(50))).toEqual([]);
      expect(issuesOf(schema, urls(51))).toEqual(['too_big']);
      expect(issuesOf(schema, [1])).toEqual(['invalid_type 0']);
      expect(issuesOf(schema, 'https://a.example')).toEqual(['invalid_type']);
    }
  });
});
