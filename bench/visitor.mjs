/** A browser without scripts, as far as signing in goes: it keeps cookies, follows redirects and submits a form. */
export function createVisitor() {
  const cookies = new Map();
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

  /** Fetches without leaving the origin; resolves with the last answer and, where it was sent away, the address. */
  async function go(address, init = {}) {
    let url = new URL(address);
    const { origin } = url;
    let request = init;
    for (let steps = 0; steps < 15; steps += 1) {
      const answer = await fetch(url, {
        ...request,
        redirect: 'manual',
        headers: { accept: 'text/html', cookie: cookie(), ...request.headers },
      });
      for (const line of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
        if (value === '') cookies.delete(name);
        else cookies.set(name, value);
      }
      const text = await answer.text();
      const location = answer.headers.get('location');
      if (!location) return { url, status: answer.status, text, left: null };
      url = new URL(location, url);
      if (url.origin !== origin) return { url, status: answer.status, text, left: url };
      request = {};
    }
    throw new Error(`more than 15 redirects, the last to ${url}`);
  }

  return {
    cookie,
    go,
    /** Opens an authorization request and signs in on the page it leads to; resolves with the address it ends at. */
    async signIn(address, { email, password }) {
      const page = await go(address);
      if (page.left) return page.left;
      const interaction = /name="interaction" value="([^"]+)"/.exec(page.text)?.[1];
      const action = /<form[^>]+action="([^"]+)"/.exec(page.text)?.[1];
      if (!interaction || !action) throw new Error(`no form to sign in on ${page.url} (${page.status})`);
      const { origin } = new URL(address);
      const after = await go(new URL(action, page.url), {
        method: 'POST',
        headers: { origin, referer: page.url.href },
        body: new URLSearchParams({ interaction, email, password }),
      });
      if (!after.left) throw new Error(`still on ${after.url} after the sign-in (${after.status})`);
      return after.left;
    },
  };
}
