import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JSX } from 'preact';
import type { Deps } from '../deps.js';
import { type DeviceStep, readDevice, submitDevice } from '../oauth/device/interaction.js';
import type { Suite } from '../store/registry.js';
import { Alert, CredentialFields, sendPage } from './layout.js';

/** The page for the code that a device shows (GET). */
export async function showDevice(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  sendStep(suite, reply, readDevice(deps, suite, request, reply));
}

/** Its forms (POST). */
export async function takeDevice(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  sendStep(suite, reply, await submitDevice(deps, suite, request, reply));
}

function sendStep(suite: Suite, reply: FastifyReply, step: DeviceStep): void {
  const { status, title, content } = contentOf(`/suites/${suite.slug}/device`, step);
  sendPage(reply, status, title, content);
}

function contentOf(action: string, step: DeviceStep): { status: number; title: string; content: JSX.Element } {
  switch (step.page) {
    case 'code':
      return {
        status: step.status,
        title: 'Enter the code shown on your device',
        content: <CodeForm action={action} step={step} />,
      };
    case 'sign-in':
      return {
        status: step.status,
        title: `Sign in to ${step.name}`,
        content: <SignInForm action={action} step={step} />,
      };
    case 'confirm':
      return {
        status: 200,
        title: `Connect a device to ${step.name}?`,
        content: <ConfirmForm action={action} step={step} />,
      };
    case 'done':
      return {
        status: 200,
        title: step.allowed ? 'Your device is connected' : 'Your device was not connected',
        content: <p>You can close this page.</p>,
      };
  }
}

function Hidden({ step }: { step: { formKey: string; userCode: string } }): JSX.Element {
  return (
    <>
      <input type="hidden" name="form_key" value={step.formKey} />
      <input type="hidden" name="user_code" value={step.userCode} />
    </>
  );
}

function CodeForm({ action, step }: { action: string; step: DeviceStep & { page: 'code' } }): JSX.Element {
  return (
    <>
      {step.alert && <Alert>{step.alert}</Alert>}
      <form method="post" action={action}>
        <input type="hidden" name="form_key" value={step.formKey} />
        <label for="user_code">Code</label>
        <input
          id="user_code"
          name="user_code"
          value={step.userCode}
          placeholder="ABCD-EFGH"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          maxLength={20}
          required
          autofocus
        />
        <button type="submit">Continue</button>
      </form>
    </>
  );
}

function SignInForm({ action, step }: { action: string; step: DeviceStep & { page: 'sign-in' } }): JSX.Element {
  return (
    <>
      {step.alert && <Alert>{step.alert}</Alert>}
      <form method="post" action={action}>
        <Hidden step={step} />
        <CredentialFields email={step.email} />
        <button type="submit">Sign in</button>
      </form>
    </>
  );
}

function ConfirmForm({ action, step }: { action: string; step: DeviceStep & { page: 'confirm' } }): JSX.Element {
  return (
    <>
      <p>
        You are signed in as <strong>{step.email}</strong>. The device shows the code <strong>{step.userCode}</strong>.
      </p>
      {step.sentences.length > 0 && (
        <>
          <p>It will be able to:</p>
          <ul>
            {step.sentences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </>
      )}
      <p>
        <strong>Only continue if you started this.</strong>
      </p>
      <form method="post" action={action}>
        <Hidden step={step} />
        <input type="hidden" name="confirmation" value={step.confirmation} />
        <div class="choice">
          <button type="submit" name="decision" value="deny" class="plain">
            Deny
          </button>
          <button type="submit" name="decision" value="allow">
            Allow
          </button>
        </div>
      </form>
    </>
  );
}
