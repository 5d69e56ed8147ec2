import { i18n } from './i18n';

// The rules of contract/src/fields.ts, which needs zod and would be heavy here; the server checks them again.

/** What is wrong with a name, or undefined. `empty` is the sentence for none, such as “Enter a suite name.” */
export function nameFault(value: string, empty: string, min = 1): string | undefined {
  const length = value.trim().length;
  if (length === 0) return empty;
  if (length < min) return i18n.t('fault.tooShort', { min });
  if (length > 80) return i18n.t('fault.tooLong', { max: 80 });
  if (/\p{Cc}/u.test(value.trim())) return i18n.t('fault.control');
  return undefined;
}

export function descriptionFault(value: string): string | undefined {
  return value.trim().length > 500 ? i18n.t('fault.tooLong', { max: 500 }) : undefined;
}

export function emailFault(value: string): string | undefined {
  const email = value.trim();
  if (email.length > 254) return i18n.t('fault.tooLong', { max: 254 });
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) ? undefined : i18n.t('fault.email');
}

export function slugFault(value: string): string | undefined {
  if (value.length < 2) return i18n.t('fault.tooShort', { min: 2 });
  if (value.length > 40) return i18n.t('fault.tooLong', { max: 40 });
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value) ? undefined : i18n.t('fault.slug');
}

/** The key the server would make of a name; empty where nothing is left of it. */
export function slugFrom(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return slug.length < 2 ? '' : slug;
}
