import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import type { Suite } from '../store/registry.js';
import { showConsent, takeConsent } from './consent.js';
import { showDevice, takeDevice } from './device.js';
import { showSignIn, takeSignIn } from './sign-in.js';
import { logout } from './sign-out.js';

type SuiteHandler = (deps: Deps, suite: Suite, request: FastifyRequest, reply: FastifyReply) => Promise<void>;
type OnSuite = (handler: SuiteHandler) => (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** The hosted pages below an issuer; `onSuite` finds the suite of the path. */
export function registerPages(app: FastifyInstance, onSuite: OnSuite): void {
  app.get('/suites/:slug/sign-in', onSuite(showSignIn));
  app.post('/suites/:slug/sign-in', onSuite(takeSignIn));
  app.get('/suites/:slug/consent', onSuite(showConsent));
  app.post('/suites/:slug/consent', onSuite(takeConsent));
  app.get('/suites/:slug/device', onSuite(showDevice));
  app.post('/suites/:slug/device', onSuite(takeDevice));
  app.get('/suites/:slug/logout', onSuite(logout));
  app.post('/suites/:slug/logout', onSuite(logout));
}
