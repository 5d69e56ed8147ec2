/** An operation that waits for the person to sign in again (RFC 9470). */
export interface StepUp {
  /** Seconds that the sign-in may be old. */
  maxAge: number;
}

let asked: (StepUp & { answer: Promise<boolean>; settle: (signedIn: boolean) => void }) | null = null;
const listeners = new Set<() => void>();

export function getStepUp(): StepUp | null {
  return asked;
}

export function onStepUpChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(next: typeof asked) {
  asked = next;
  for (const listener of listeners) listener();
}

/** How old a sign-in may be at most for what was refused, or null where it was refused for another reason (RFC 9470 §3). */
export function readChallenge(response: Response): number | null {
  const challenge = response.headers.get('WWW-Authenticate') ?? '';
  if (response.status !== 401 || !challenge.includes('error="insufficient_user_authentication"')) return null;
  const maxAge = /max_age="(\d+)"/.exec(challenge)?.[1];
  return maxAge === undefined ? null : Number(maxAge);
}

/** Asks the person to sign in again, all that wait at once; false where they would rather not. */
export function askToSignInAgain(maxAge: number): Promise<boolean> {
  if (asked) return asked.answer;
  let settle: (signedIn: boolean) => void = () => {};
  const answer = new Promise<boolean>((resolve) => {
    settle = resolve;
  });
  change({ maxAge, answer, settle });
  return answer;
}

/** Lets go on what waits. */
export function settleStepUp(signedIn: boolean) {
  const waiting = asked;
  change(null);
  waiting?.settle(signedIn);
}
