import type { Deps } from '../../deps.js';
import { sha256 } from '../../platform/hash.js';
import { consumeDeviceCode, type DeviceCodeRow, findDeviceCode, updateDevicePoll } from '../../store/device-codes.js';
import { endGrant } from '../../store/grants.js';
import { findSubject } from '../../store/subjects.js';
import { accessFault, userGone } from '../access.js';
import { deviceRefused, invalidGrant } from '../errors.js';
import { requireParam } from '../request.js';
import { passwordAcr } from '../rules/acr.js';
import { checkGrantAllowed, deviceCodeGrant } from '../rules/grants.js';
import { chooseAudience } from '../rules/resource.js';
import { firstRefreshToken, issueTokens, usedUp } from './issue.js';
import type { TokenRequest, TokenResponse } from './request.js';

/** Swaps a device code for tokens once its person has decided (RFC 8628 §3.4, §3.5). */
export async function redeemDeviceCode(deps: Deps, request: TokenRequest): Promise<TokenResponse> {
  const { suite, client, params, checks } = request;
  checkGrantAllowed(client.authenticatorType, deviceCodeGrant);
  const device = await findDeviceCode(deps.db, sha256(requireParam(params, 'device_code')));
  if (!device || device.suiteId !== suite.id || device.applicationId !== client.id)
    throw invalidGrant('The device code is not valid', {
      rule: 'device_code.unknown',
      reason: 'No such device code was issued to this application.',
    });
  if (device.consumedAt !== null) throw await replayed(deps, device);
  const now = deps.clock.now();
  if (now >= device.expiresAt)
    throw deviceRefused('expired_token', 'The device code has expired', 'device_code.expired');
  if (device.status === 'denied') throw deviceRefused('access_denied', 'The user did not agree', 'device_code.denied');
  if (device.status === 'pending') throw await pending(deps, device, now);
  checks.push({ rule: 'device_code', detail: 'The device code is known, approved and unused.' });

  const audience = chooseAudience(params.resources, device.resource, client.resources);
  checks.push({ rule: 'resource', detail: `The audience is ${audience.identifier}.` });
  const accountId = device.accountId ?? '';
  const subject = await findSubject(deps.db, suite.id, client.id, { accountId });
  const fault = subject && accessFault(client, subject);
  if (fault || !subject) throw invalidGrant('The user may not use this application', fault ?? userGone);
  checks.push({ rule: 'user', detail: 'The user may use the application.' });

  try {
    return await issueTokens(deps, {
      suite,
      client,
      person: subject,
      grant: {
        id: device.grantId,
        accountId,
        sessionId: device.sessionId,
        scope: device.scope,
        resource: device.resource,
        authTime: device.authTime,
        acr: passwordAcr,
        amr: JSON.parse(device.amr) as string[],
        nonce: null,
        actSubject: device.actSubject,
        claims: null,
      },
      audience,
      scope: device.scope,
      newGrant: true,
      refreshToken: firstRefreshToken(client, device.scope),
      secretId: request.secretId,
      dpopJkt: request.dpopJkt,
      uses: () => consumeDeviceCode(device.deviceCodeHash, now),
      alongside: request.audit ?? null,
    });
  } catch (error) {
    if (error === usedUp) throw await replayed(deps, device);
    throw error;
  }
}

/** Not decided yet; who asks too soon has to wait five seconds longer from now on (RFC 8628 §3.5). */
async function pending(deps: Deps, device: DeviceCodeRow, now: number) {
  const tooSoon = device.polledAt !== null && now - device.polledAt < device.pollInterval;
  const pollInterval = tooSoon ? device.pollInterval + 5 : device.pollInterval;
  await updateDevicePoll(deps.db, device.deviceCodeHash, { polledAt: now, pollInterval });
  return tooSoon
    ? deviceRefused('slow_down', 'Poll less often', 'device_code.too_soon')
    : deviceRefused('authorization_pending', 'The user has not decided yet', 'device_code.pending');
}

/** A second use ends what the first began, as with authorization codes. */
async function replayed(deps: Deps, device: DeviceCodeRow) {
  await endGrant(deps.db, device.grantId, deps.clock.now(), 'code_replayed');
  return invalidGrant('The device code was already used', {
    rule: 'device_code.used',
    reason: 'The device code was used before; the tokens from it were revoked.',
  });
}
