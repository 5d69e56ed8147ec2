import type { Tx } from '../../store/db.js';
import type { Client, Suite } from '../../store/registry.js';
import type { Params } from '../request.js';

/** One check that was made and held, in order; the lab shows them. */
export interface Check {
  rule: string;
  detail: string;
}

/** A token request whose client is authenticated. */
export interface TokenRequest {
  suite: Suite;
  client: Client;
  params: Params;
  address: string;
  checks: Check[];
  /** The secret that authenticated the client, for its last use. */
  secretId: string | null;
  /** Thumbprint of the key of the request's DPoP proof, null without one (RFC 9449 §5). */
  dpopJkt: string | null;
  /** Runs in the transaction that issues: the audit row of the lab. */
  audit?: (tx: Tx) => Promise<void>;
}

/** The answer of the token endpoint (RFC 6749 §5.1). */
export interface TokenResponse {
  access_token: string;
  token_type: 'Bearer' | 'DPoP';
  expires_in: number;
  scope?: string;
  refresh_token?: string;
  id_token?: string;
}
