import type { Page } from '@playwright/test';
import type { Application } from '@tessera/contract/applications';
import { expect } from './test.js';
import { askToken, type TokenAnswer } from './token-endpoint.js';

/** What a device is told (RFC 8628 §3.2). */
export interface DeviceCodes {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
  interval: number;
}

/** A device asks for its codes, as a public client. */
export async function startDevice(
  { issuer, clientId }: Pick<Application, 'issuer' | 'clientId'>,
  scope = 'openid profile offline_access',
): Promise<DeviceCodes> {
  const body = new URLSearchParams({ client_id: clientId, scope });
  const answer = await fetch(`${issuer}/device_authorization`, { method: 'POST', body });
  expect(answer.status).toBe(200);
  return (await answer.json()) as DeviceCodes;
}

/** A device asks once for its tokens (RFC 8628 §3.4). */
export function pollDevice(
  { issuer, clientId }: Pick<Application, 'issuer' | 'clientId'>,
  { device_code }: Pick<DeviceCodes, 'device_code'>,
): Promise<TokenAnswer> {
  return askToken({ issuer, clientId }, { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code });
}

/** Asks as a device does, no faster than it may, until the answer is another than that it has to wait. */
export async function pollUntilDecided(
  application: Pick<Application, 'issuer' | 'clientId'>,
  codes: DeviceCodes,
): Promise<TokenAnswer> {
  for (let tries = 0; tries < 6; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, codes.interval * 1000 + 500));
    const answer = await pollDevice(application, codes);
    if (answer.body.error !== 'authorization_pending') return answer;
  }
  throw new Error('Nobody decided.');
}

/** Types the user code on the device page, as it stands on a screen across the room. */
export async function typeUserCode(page: Page, code: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: 'Enter the code shown on your device' })).toBeVisible();
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Continue' }).click();
}
