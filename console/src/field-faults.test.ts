import { description, email, name, slug } from '@tessera/contract/fields';
import { describe, expect, it } from 'vitest';
import { descriptionFault, emailFault, nameFault, slugFault, slugFrom } from './field-faults';
import './i18n';

const empty = 'Enter a suite name.';
interface Schema {
  safeParse: (value: string) => { error?: { issues: { message: string }[] } };
}
const messageOf = (schema: Schema, value: string) => schema.safeParse(value).error?.issues[0]?.message;

// The server answers with the sentences of the contract; the form says them first.
describe('faults of the console are those of the contract', () => {
  it.each(['', '  ', 'a', 'Shop', ' Shop ', 'x'.repeat(80), 'x'.repeat(81), 'Sh\u0007op', 'Ünïcödé 🛒'])(
    'name %j',
    (value) => {
      expect(nameFault(value, empty, 2)).toBe(messageOf(name(empty, { min: 2 }), value));
    },
  );

  it.each(['', 'x'.repeat(500), 'x'.repeat(501)])('description of %#', (value) => {
    expect(descriptionFault(value)).toBe(messageOf(description, value));
  });

  it.each(['', 'a', 'ab', 'shop-2', 'Shop', '-shop', 'shop-', 'a--b', 'x'.repeat(40), 'x'.repeat(41)])(
    'key %j',
    (value) => {
      expect(slugFault(value)).toBe(messageOf(slug, value));
    },
  );

  it.each(['', 'ana', 'ana@example.com', ' ana@example.com ', 'ana@@example.com', 'a na@example.com', 'ana@example'])(
    'e-mail %j',
    (value) => {
      expect(emailFault(value)).toBe(messageOf(email, value));
    },
  );
});

describe('a key made from a name', () => {
  it.each([
    ['Shop', 'shop'],
    ['  Acmé Müller & Söhne ', 'acme-muller-sohne'],
    ['日本', ''],
    ['A', ''],
    [`${'long '.repeat(12)}`, 'long-long-long-long-long-long-long-long'],
  ])('%j becomes %j', (given, key) => {
    expect(slugFrom(given)).toBe(key);
    if (key) expect(slugFault(key)).toBeUndefined();
  });
});
