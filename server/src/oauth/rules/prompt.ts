import { invalidRequest } from '../errors.js';

const known = ['none', 'login', 'consent', 'select_account'] as const;
export type Prompt = (typeof known)[number];

/** Reads `prompt` (OpenID Connect Core §3.1.2.1). Throws `invalid_request` for unknown values and for `none` beside others. */
export function readPrompt(prompt: string | undefined): Prompt[] {
  if (prompt === undefined) return [];
  const values = prompt.split(' ').filter((value) => value !== '');
  for (const value of values)
    if (!(known as readonly string[]).includes(value))
      throw invalidRequest('The prompt has an unknown value', {
        rule: 'prompt.unknown',
        reason: 'prompt has a value this server does not know.',
        expected: known.join(' '),
        received: value.slice(0, 100),
      });
  if (values.includes('none') && values.length > 1)
    throw invalidRequest('prompt=none must stand alone', {
      rule: 'prompt.mixed',
      reason: 'none excludes every other value.',
      received: prompt.slice(0, 100),
    });
  return values as Prompt[];
}
