import { type HTMLElement, parse } from 'node-html-parser';
import { CookieJar } from 'tough-cookie';

/** What a browser shows: a page of the product, or the address outside of it to which it was sent. */
export interface View {
  url: URL;
  status: number;
  headers: Headers;
  html: string;
  /** True where the browser left the product; nothing was fetched there. */
  left: boolean;
}

/** A browser without scripts: it keeps cookies, follows redirects inside the product and submits forms. */
export interface Browser {
  cookies: CookieJar;
  open(url: string | URL): Promise<View>;
  /** Fills in the only form of the page and submits it, by the button with that `name=value` if one is given. */
  submit(view: View, fields?: Record<string, string>, button?: { name: string; value: string }): Promise<View>;
}

const maxRedirects = 10;

export function createBrowser(productUrl: string): Browser {
  const cookies = new CookieJar();
  const { origin } = new URL(productUrl);

  async function go(url: URL, init: RequestInit, redirects = 0): Promise<View> {
    if (url.origin !== origin) return { url, status: 0, headers: new Headers(), html: '', left: true };
    if (redirects > maxRedirects) throw new Error(`More than ${maxRedirects} redirects, the last to ${url}`);
    const cookie = await cookies.getCookieString(url.href);
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', ...(cookie ? { cookie } : {}), ...init.headers },
    });
    for (const line of answer.headers.getSetCookie()) await cookies.setCookie(line, url.href);
    const location = answer.headers.get('location');
    const html = await answer.text();
    if (answer.status < 300 || answer.status > 399 || !location)
      return { url, status: answer.status, headers: answer.headers, html, left: false };
    const next = new URL(location, url);
    // 307 and 308 repeat the method and the body, all others become GET (RFC 9110 §15.4).
    const repeats = answer.status === 307 || answer.status === 308;
    return go(next, repeats ? init : { method: 'GET' }, redirects + 1);
  }

  return {
    cookies,
    open: (url) => go(new URL(url, productUrl), { method: 'GET' }),
    async submit(view, fields = {}, button) {
      const form = readForm(view);
      const data = new URLSearchParams({
        ...form.fields,
        ...fields,
        ...(button ? { [button.name]: button.value } : {}),
      });
      if (form.method === 'GET') {
        form.action.search = data.toString();
        return go(form.action, { method: 'GET' });
      }
      return go(form.action, { method: 'POST', body: data, headers: { origin, referer: view.url.href } });
    },
  };
}

/** The only form of a page: where it goes, and what it carries before anything is typed. */
export function readForm(view: View): { action: URL; method: 'GET' | 'POST'; fields: Record<string, string> } {
  const forms = parse(view.html).querySelectorAll('form');
  const form = forms[0];
  if (!form || forms.length > 1)
    throw new Error(`Expected one form on ${view.url}, found ${forms.length}:\n${view.html}`);
  const inputs = form.querySelectorAll('input[name]').filter((input) => isSent(input));
  return {
    action: new URL(form.getAttribute('action') ?? '', view.url),
    method: form.getAttribute('method')?.toUpperCase() === 'POST' ? 'POST' : 'GET',
    fields: Object.fromEntries(
      inputs.map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? '']),
    ),
  };
}

function isSent(input: HTMLElement): boolean {
  const type = input.getAttribute('type') ?? 'text';
  if (type === 'checkbox' || type === 'radio') return input.hasAttribute('checked');
  return !['submit', 'button', 'image', 'reset'].includes(type);
}

/** Opens an authorization request, signs in on the hosted page, and returns where the browser was sent. */
export async function signIn(
  browser: Browser,
  authorizeUrl: string | URL,
  { email, password }: { email: string; password: string },
): Promise<URL> {
  const page = await browser.open(authorizeUrl);
  if (page.left) return page.url;
  const after = await browser.submit(page, { email, password });
  if (!after.left) throw new Error(`Still on ${after.url} after the sign-in (${after.status}):\n${after.html}`);
  return after.url;
}

/** An authorization request to the issuer, with its parameters. */
export function authorizeUrl(issuer: string, parameters: Record<string, string>): URL {
  const url = new URL(`${issuer}/authorize`);
  url.search = new URLSearchParams({ response_type: 'code', ...parameters }).toString();
  return url;
}
