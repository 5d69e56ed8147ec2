import type { AuthenticatorType } from '@tessera/contract/applications';

/** The questions of “Which one?”, in order. */
export interface Answers {
  /** Who a token is for. */
  who?: 'person' | 'service';
  /** Where the code of the application runs. */
  where?: 'server' | 'device' | 'keyless';
  /** Where a person proves who they are. */
  signIn?: 'page' | 'none';
}

export type Question = keyof Answers;

/** The questions that matter with these answers. */
export function questionsFor({ who, where }: Answers): Question[] {
  if (who !== 'person') return ['who'];
  return where === 'server' ? ['who', 'where', 'signIn'] : ['who', 'where'];
}

/** The authenticator type the answers point to; null while one is missing. */
export function typeFor({ who, where, signIn }: Answers): AuthenticatorType | null {
  if (who === 'service') return 'client_credentials';
  if (who !== 'person' || !where) return null;
  if (where === 'device') return 'authorization_pkce_flow';
  if (where === 'keyless') return 'device_flow';
  if (!signIn) return null;
  return signIn === 'page' ? 'authorization_flow' : 'user_credentials';
}
