import type { Me } from '@tessera/contract/session';
import type { Deps } from '../deps.js';
import { issuerOf } from '../oauth/issuer.js';
import type { Call } from './operation.js';
import { findProductName } from './setup.js';

/** Who is calling, and with which role. */
export async function getMe(deps: Deps, { admin }: Call<'getMe'>): Promise<Me> {
  return {
    subject: admin.id,
    kind: admin.kind,
    name: admin.name,
    email: admin.email,
    role: admin.role,
    accountId: admin.kind === 'account' ? admin.id : null,
    productName: await findProductName(deps.db),
    consoleIssuer: issuerOf(deps.config.url, { slug: 'system' }),
  };
}
