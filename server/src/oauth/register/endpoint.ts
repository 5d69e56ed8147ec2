import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../../deps.js';
import type { Suite } from '../../store/registry.js';
import { grantSuiteOrigin } from '../cors.js';
import { invalidClientMetadata } from '../errors.js';
import { asOAuthError, recordRefusal, sendJson, sendOAuthError } from '../reply.js';
import type { Document } from '../rules/metadata-members.js';
import { admit, checkOffered, takeAttempt } from './admission.js';
import { type CheckedRegistration, readDocument, readRegistration } from './document.js';
import { addClient, type Origin } from './new-client.js';
import { deleteRegistration, type OwnClient, readOwnClient, replaceRegistration } from './own-client.js';
import { presentClient } from './present.js';
import { findSectorFault } from './sector-identifier.js';

/** The client registration endpoint (RFC 7591 §3, OpenID Connect Registration §3). */
export async function registerClient(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  await answer(deps, suite, request, reply, async () => {
    const release = await takeAttempt(deps, request);
    const admittedBy = await admit(deps, suite, request);
    const registration = await readChecked(deps, readDocument(request));
    const made = await addClient(deps, suite, registration, admittedBy, originOf(request));
    // Where everybody may register, each registration counts; else only what fails.
    if (admittedBy) await release();
    sendJson(reply, 201, presentClient(deps, suite, made.application, made));
  });
}

/** The client configuration endpoint: the registration as it is (RFC 7592 §2.1). */
export async function readClient(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  await answerOwn(deps, suite, request, reply, async ({ application, registrationToken }) => {
    sendJson(reply, 200, presentClient(deps, suite, application, { registrationToken, secret: null }));
  });
}

/** Replaces the registration as a whole (RFC 7592 §2.2). */
export async function replaceClient(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  await answerOwn(deps, suite, request, reply, async (own) => {
    const document = readDocument(request);
    const registration = await readChecked(deps, document);
    const { application, secret } = await replaceRegistration(
      deps,
      suite,
      own,
      document,
      registration,
      originOf(request),
    );
    const { registrationToken } = own;
    sendJson(reply, 200, presentClient(deps, suite, application, { registrationToken, secret }));
  });
}

/** Deletes the client (RFC 7592 §2.3). */
export async function removeClient(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  await answerOwn(deps, suite, request, reply, async (own) => {
    await deleteRegistration(deps, suite, own, originOf(request));
    reply.code(204).header('cache-control', 'no-store').header('pragma', 'no-cache').send();
  });
}

/** Reads the metadata, and what the sector identifier among them stands for. */
async function readChecked(deps: Deps, document: Document): Promise<CheckedRegistration> {
  const registration = readRegistration(document);
  const { sectorIdentifierUri } = registration.metadata;
  if (sectorIdentifierUri === null) return registration;
  const found = await findSectorFault(deps, sectorIdentifierUri, registration.redirectUris);
  if (found === null) return registration;
  throw invalidClientMetadata(found.fault, {
    rule: 'registration.sector_identifier_uri',
    reason: found.detail,
    expected: registration.redirectUris.join(' ').slice(0, 500),
    received: sectorIdentifierUri.slice(0, 500),
  });
}

/** Runs a request of a client about itself; only what fails counts against its address. */
function answerOwn(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (own: OwnClient) => Promise<void>,
): Promise<void> {
  return answer(deps, suite, request, reply, async (seen) => {
    const release = await takeAttempt(deps, request);
    const own = await readOwnClient(deps, suite, request, seen);
    await work(own);
    await release();
  });
}

/** CORS by the rule of the suite, since no list of the client is known here; every refusal as JSON, and recorded. */
async function answer(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (seen: (applicationId: string) => void) => Promise<void>,
): Promise<void> {
  let applicationId: string | null = null;
  try {
    await grantSuiteOrigin(deps, suite, request, reply);
    checkOffered(suite);
    await work((id) => {
      applicationId = id;
    });
  } catch (caught) {
    const error = asOAuthError(deps, request, caught);
    await recordRefusal(deps, request, error, { endpoint: 'register', suiteId: suite.id, applicationId });
    sendOAuthError(request, reply, error);
  }
}

function originOf(request: FastifyRequest): Origin {
  return { address: request.ip, requestId: request.id };
}
