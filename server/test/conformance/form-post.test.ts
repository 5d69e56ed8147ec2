import { parse } from 'node-html-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, readForm, type View } from '../support/browser-flow.js';
import { callback, checkErrorParams, checkTokens, type Plan, startPlan } from './plan.js';

let plan: Plan;
let known: Browser;

beforeAll(async () => {
  plan = await startPlan();
  known = plan.newBrowser();
  await plan.flow(known);
});
afterAll(() => plan.close());

/** What the page that posts itself would send, and where: nothing of it stands in an address. */
function posted(view: View, sent: Record<string, string>): URLSearchParams {
  expect([view.left, view.status]).toEqual([false, 200]);
  expect(view.headers.get('cache-control')).toBe('no-store');
  const { action, method, fields } = readForm(view);
  expect([action.href, method]).toEqual([callback, 'POST']);
  // HtmlUnit and every browser submit it by the script; a person without scripts has a button.
  expect(view.html).toMatch(/<script src="\/assets\/form-post\.js" defer/);
  expect(view.html).toContain('<noscript><button type="submit">');
  expect(view.headers.get('content-security-policy')).not.toContain('form-action');
  expect(fields.iss).toBe(plan.issuer);
  expect(fields.state).toBe(sent.state);
  return new URLSearchParams(fields);
}

const mode = { response_mode: 'form_post' };

describe('Form Post Response Mode §2: every answer is a form that posts itself', () => {
  test('oidcc-formpost-server: a code, after a sign-in and consent', async () => {
    const { view, sent } = await plan.visit(plan.newBrowser(), mode);
    const code = posted(view, sent).get('code') ?? '';
    const tokens = checkTokens(await plan.redeem(plan.client, code));
    await plan.checkIdToken(tokens.id_token, plan.client, sent.nonce);
  });

  test('the script that submits it is served, and the policy of the page lets it run (trap 21)', async () => {
    const { view } = await plan.visit(known, { ...mode, prompt: 'none' });
    expect(view.headers.get('content-security-policy')).toContain("script-src 'self';");
    const answer = await fetch(`${plan.server.url}/assets/form-post.js`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringMatching(/javascript/)]);
    expect(await answer.text()).toMatch(/\.submit\(\)/);
  });

  test('oidcc-formpost-prompt-none-logged-in: a code, silently', async () => {
    const { view, sent, asked } = await plan.visit(known, { ...mode, prompt: 'none' });
    expect([asked, posted(view, sent).has('code')]).toEqual([[], true]);
  });

  test.each([
    [
      'oidcc-formpost-response-type-missing',
      { response_type: undefined },
      ['unsupported_response_type', 'invalid_request'],
    ],
    ['oidcc-formpost-prompt-none-not-logged-in', { prompt: 'none' }, ['login_required']],
    ['oidcc-formpost-unsigned-request-object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, ['invalid_request_object']],
    ['oidcc-formpost-request-uri-unsigned', { request_uri: 'https://suite.example/r#1' }, ['invalid_request_uri']],
    ['oidcc-formpost-scope', { scope: 'openid nonsense' }, ['invalid_scope']],
  ])('%s: the error, too', async (_, changes, errors) => {
    const { view, sent } = await plan.visit(plan.newBrowser(), { ...mode, ...changes });
    const answer = posted(view, sent);
    checkErrorParams(answer);
    expect(errors).toContain(answer.get('error'));
  });

  test('oidcc-formpost-ensure-registered-redirect-uri: an error page, no form', async () => {
    const { view } = await plan.visit(plan.newBrowser(), { ...mode, redirect_uri: `${callback}/x` });
    expect([view.left, view.status]).toEqual([false, 400]);
    expect(view.html).not.toContain('<form');
  });

  test('a refusal on the consent page comes as a form, too', async () => {
    const browser = plan.newBrowser();
    await plan.flow(browser);
    const view = await browser.open(
      `${plan.issuer}/authorize?${new URLSearchParams({ client_id: plan.client.clientId, redirect_uri: callback, response_type: 'code', scope: 'openid', state: 's', prompt: 'consent', ...mode })}`,
    );
    const answer = posted(await browser.submit(view, {}, { name: 'decision', value: 'deny' }), { state: 's' });
    checkErrorParams(answer);
    expect(answer.get('error')).toBe('access_denied');
  });

  test('who goes back from the sign-in page without signing in: the error comes as a form, not in an address', async () => {
    const browser = plan.newBrowser();
    const params = { client_id: plan.client.clientId, redirect_uri: callback, response_type: 'code', scope: 'openid' };
    const query = new URLSearchParams({ ...params, ...mode, state: 's' });
    const page = parse((await browser.open(`${plan.issuer}/authorize?${query}`)).html);
    const links = page.querySelectorAll('main a').map((link) => link.getAttribute('href') ?? '');
    for (const link of links) expect(link).not.toMatch(/[?&#]error=/);
    const back = await browser.open((links[0] ?? '').replaceAll('&amp;', '&'));
    const answer = posted(back, { state: 's' });
    checkErrorParams(answer);
    expect(answer.get('error')).toBe('access_denied');
  });

  test('what a client sends as state cannot leave the form', async () => {
    const state = '"><script src=//evil.example></script>';
    const { view, sent } = await plan.visit(known, { ...mode, state });
    expect(posted(view, sent).get('state')).toBe(state);
    expect(view.html).not.toContain('<script src=//');
  });
});
