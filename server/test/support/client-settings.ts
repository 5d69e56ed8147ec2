import { type ClientMetadata, readMetadata } from '../../src/store/client-metadata.js';
import type { TestServer } from './server.js';

/** What a client registers beside what a form asks for; written past the API, so that a test need not hang on it. */
export async function changeClient(
  server: TestServer,
  applicationId: string,
  { firstParty, ...metadata }: Partial<ClientMetadata> & { firstParty?: boolean },
): Promise<void> {
  const { db, registry } = server.deps;
  const { metadata: before } = await db
    .selectFrom('applications')
    .select('metadata')
    .where('id', '=', applicationId)
    .executeTakeFirstOrThrow();
  await db
    .updateTable('applications')
    .set({
      metadata: JSON.stringify({ ...readMetadata(before), ...metadata }),
      ...(firstParty === undefined ? {} : { firstParty: firstParty ? 1 : 0 }),
    })
    .where('id', '=', applicationId)
    .execute();
  registry.clear();
}

/** Every standard claim beside name and e-mail (OpenID Connect Core, section 5.1). */
export const everyClaim = {
  middle_name: 'Maria',
  nickname: 'Anni',
  preferred_username: 'ana',
  profile: 'https://people.example/ana',
  picture: 'https://people.example/ana.png',
  website: 'https://ana.example/',
  gender: 'female',
  birthdate: '1987-10-16',
  zoneinfo: 'Europe/Vienna',
  locale: 'de-AT',
  address: {
    formatted: 'Ring 1\n1010 Wien',
    street_address: 'Ring 1',
    locality: 'Wien',
    postal_code: '1010',
    country: 'AT',
  },
  phone_number: '+43 1 2345678',
  phone_number_verified: true,
};

/** Writes the claims of an account past the API. */
export async function setClaims(
  server: TestServer,
  accountId: string,
  claims: Record<string, unknown> = everyClaim,
): Promise<void> {
  await server.deps.db
    .updateTable('accounts')
    .set({ claims: JSON.stringify(claims) })
    .where('id', '=', accountId)
    .execute();
}
