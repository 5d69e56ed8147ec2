import type { Deps } from '../../deps.js';
import { sha256 } from '../../platform/hash.js';
import { newCredential, newOrderedId } from '../../platform/random.js';
import { brokenConstraint, type Tx } from '../../store/db.js';
import { insertDeviceCode } from '../../store/device-codes.js';
import type { Client, Suite } from '../../store/registry.js';
import { transact } from '../../store/transact.js';
import { issuerOf } from '../issuer.js';
import type { Params } from '../request.js';
import { checkGrantAllowed, deviceCodeGrant } from '../rules/grants.js';
import { chooseResources, listOf } from '../rules/resource.js';
import { openIdScopes, readScope } from '../rules/scope.js';
import { newUserCode, readUserCode } from '../rules/user-code.js';

/** Seconds a device code lives (domain rule 5). */
const deviceCodeLifespan = 600;
/** Seconds between two polls (RFC 8628 §3.2). */
const pollInterval = 5;

/** The answer of the device authorization endpoint (RFC 8628 §3.2); times in seconds. */
export interface DeviceCodes {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
  expires_in: number;
  interval: number;
}

/** Who asks for a device: the admin whose lab it is, with the audit row that belongs to it. */
interface Asker {
  actSubject: string;
  audit(tx: Tx): Promise<void>;
}

/** Gives a device its two codes (RFC 8628 §3.2). Throws `unauthorized_client`, `invalid_scope`, `invalid_target`. */
export async function issueDeviceCodes(
  deps: Deps,
  suite: Suite,
  client: Client,
  params: Params,
  asker: Asker | null = null,
): Promise<DeviceCodes> {
  checkGrantAllowed(client.authenticatorType, deviceCodeGrant);
  const resources = chooseResources(params.resources, client.resources);
  const deviceCode = newCredential('tes_dc_');
  const device = {
    deviceCodeHash: sha256(deviceCode),
    suiteId: suite.id,
    applicationId: client.id,
    grantId: newOrderedId(),
    scope: readScope(params.get('scope'), openIdScopes, resources).join(' '),
    resource: listOf(resources),
    pollInterval,
    expiresAt: deps.clock.now() + deviceCodeLifespan,
    actSubject: asker?.actSubject ?? null,
  };
  const userCode = await insertUnderFreeCode(deps, device, asker);
  const verificationUri = `${issuerOf(deps.config.url, suite)}/device`;
  return {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: verificationUri,
    verification_uri_complete: `${verificationUri}?user_code=${userCode}`,
    expires_in: deviceCodeLifespan,
    interval: pollInterval,
  };
}

/** A user code is short: one that is still kept for another device is drawn again. */
async function insertUnderFreeCode(
  deps: Deps,
  device: Omit<Parameters<typeof insertDeviceCode>[1], 'userCodeHash'>,
  asker: Asker | null,
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const userCode = newUserCode();
    try {
      await transact(deps.db, async (tx) => {
        await insertDeviceCode(tx, { ...device, userCodeHash: userCodeHash(device.suiteId, userCode) });
        await asker?.audit(tx);
      });
      return userCode;
    } catch (error) {
      if (brokenConstraint(error)?.kind !== 'unique' || attempt === 5) throw error;
    }
  }
}

/** How a user code is kept: hashed, within its suite. */
export function userCodeHash(suiteId: string, typed: string): string {
  return sha256(`${suiteId} ${readUserCode(typed)}`);
}
