import type { Ledger, Made, Redeemed, Rotated } from './ledger.js';
import type { Product } from './product.js';

/** How many of each kind a check looks at, the latest: what was acknowledged last is what a crash could take. */
const looked = { redeemed: 6, rotated: 16, made: 4 };
/** Milliseconds in which a repeat certainly comes within the 30 s of domain rule 7. */
const repeatWithin = 15_000;

/** Looks at what was acknowledged since the last check, while nothing else is asked; notes what is lost or was honoured twice. */
export async function checkAcknowledged(product: Product, ledger: Ledger): Promise<void> {
  const { redeemed, rotated, made } = ledger;
  ledger.redeemed = [];
  ledger.rotated = new Map();
  ledger.made = [];
  await Promise.all([
    each([...rotated.values()].slice(-looked.rotated), (one) => checkRotated(product, ledger, one)),
    each(redeemed.slice(-looked.redeemed), (one) => checkRedeemed(product, ledger, one)),
    each(made.slice(-looked.made), (one) => checkMade(product, ledger, one)),
  ]);
}

/** The latest first, whose repeats have to come soonest. */
async function each<T>(items: readonly T[], check: (one: T) => Promise<void>): Promise<void> {
  for (const one of [...items].reverse()) await check(one);
}

/** The same request again has the same answer: the rotation is there, and was made once. */
async function checkRotated(product: Product, ledger: Ledger, { from, at }: Rotated): Promise<void> {
  if (performance.now() - at > repeatWithin) return;
  const { body } = await product.refresh(from);
  if (body.refresh_token) ledger.answered(from, body.refresh_token);
  else ledger.lost.push(`a rotation was acknowledged and is gone: ${body.error}`);
}

/** The refresh token works; the code stays used up, and coming again it ends the grant (RFC 6749 §4.1.2). */
async function checkRedeemed(product: Product, ledger: Ledger, one: Redeemed): Promise<void> {
  const refreshed = await product.refresh(one.refreshToken);
  const next = refreshed.body.refresh_token;
  if (!next) return void ledger.lost.push(`a refresh token was given out and is refused: ${refreshed.body.error}`);
  ledger.answered(one.refreshToken, next);
  const again = await product.redeem(one.code, one.verifier);
  if (again.status === 200) ledger.twice.push('a code was honoured again');
  const after = await product.refresh(next);
  if (after.status === 200) ledger.lost.push('the end of a grant whose code came again');
}

/** The application is there, with the secrets it was given and without those that were revoked. */
async function checkMade(product: Product, ledger: Ledger, one: Made): Promise<void> {
  const found = await product.api('GET', `/applications/${one.id}`);
  if (found.status !== 200) ledger.lost.push(`an application was made and is gone: ${found.status}`);
  for (const secret of one.live) {
    const { status } = await product.clientToken(one.clientId, secret);
    if (status !== 200) ledger.lost.push(`a secret was made and is refused: ${status}`);
  }
  for (const secret of one.revoked) {
    const { status } = await product.clientToken(one.clientId, secret);
    if (status !== 401) ledger.lost.push(`a secret was revoked and is taken: ${status}`);
  }
}

/** At the end every chain's last refresh token still works. */
export async function checkEnds(product: Product, ledger: Ledger, ends: readonly string[]): Promise<void> {
  for (const last of ends) {
    const { body } = await product.refresh(last);
    if (body.refresh_token) ledger.answered(last, body.refresh_token);
    else ledger.lost.push(`the last refresh token of a grant is refused: ${body.error}`);
  }
}
