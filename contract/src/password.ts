import type { ValueFault } from './redirect-uri.js';

export const passwordLength = { min: 8, max: 128 } as const;

/** Says what is wrong with a new password, or null (domain rule 12; NIST SP 800-63B: length, no composition rules). */
export function passwordFault(password: string, email?: string): ValueFault | null {
  const length = [...password].length;
  if (length < passwordLength.min)
    return { code: 'password_policy', message: `Use at least ${passwordLength.min} characters.` };
  if (length > passwordLength.max)
    return { code: 'password_policy', message: `Use at most ${passwordLength.max} characters.` };
  if (email && password.toLowerCase() === email.toLowerCase())
    return { code: 'password_policy', message: 'The password must not be the e-mail address.' };
  return null;
}
