import type { Account } from '@tessera/contract/accounts';

/** First and last name, as one. */
export function personName({ firstName, lastName }: Pick<Account, 'firstName' | 'lastName'>): string {
  return `${firstName} ${lastName}`.trim();
}
