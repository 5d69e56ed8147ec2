/** An exchange of a code that was answered, and of which nobody else uses the tokens. */
export interface Redeemed {
  code: string;
  verifier: string;
  refreshToken: string;
}

/** A rotation that was answered, of whose new token nobody has made use: the old token, and the one that came for it. */
export interface Rotated {
  from: string;
  to: string;
  /** Milliseconds, as of `performance.now()`. */
  at: number;
}

/** An application that was made, with what is known of its secrets. */
export interface Made {
  id: string;
  clientId: string;
  live: string[];
  revoked: string[];
}

/** What was acknowledged, and what a check found wrong with it. */
export interface Ledger {
  acknowledged: number;
  /** Kept until the next check, which uses the code again and so ends the grant. */
  redeemed: Redeemed[];
  /** The last rotation of each chain since the check before. */
  rotated: Map<number, Rotated>;
  /** Kept until the next check. */
  made: Made[];
  /** Acknowledged writes that were gone. */
  lost: string[];
  /** Codes and refresh tokens that two different answers came for. */
  twice: string[];
  /** Requests that got an answer other than the one they are due, or none. */
  failed: string[];
  /** Codes whose exchange lost its connection after it was carried out: the application authorized again (RFC 6749 §4.1.2). */
  codesCut: number;
  /** Applications that were made though the answer was lost. */
  changesCut: number;
  /** Notes the answer to a code or refresh token; another one before it is a violation. */
  answered(credential: string, answer: string): void;
  rotate(chain: number, from: string, to: string): void;
  make(one: Made): void;
}

export function createLedger(): Ledger {
  const answers = new Map<string, string>();
  const ledger: Ledger = {
    acknowledged: 0,
    redeemed: [],
    rotated: new Map(),
    made: [],
    lost: [],
    twice: [],
    failed: [],
    codesCut: 0,
    changesCut: 0,
    answered(credential, answer) {
      const known = answers.get(credential);
      if (known !== undefined && known !== answer) ledger.twice.push(`${credential.slice(0, 12)}… got two answers`);
      answers.set(credential, answer);
    },
    rotate(chain, from, to) {
      ledger.acknowledged += 1;
      ledger.answered(from, to);
      ledger.rotated.set(chain, { from, to, at: performance.now() });
    },
    make(one) {
      ledger.acknowledged += 1;
      ledger.made.push(one);
    },
  };
  return ledger;
}
