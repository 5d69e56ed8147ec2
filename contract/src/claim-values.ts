import type { ValueFault } from './redirect-uri.js';

// Plain functions, so that the console's form says the same without the schemas.

/** A fault without a code of its own. */
export function invalid(message: string): ValueFault {
  return { code: 'invalid', message };
}

/** Says what is wrong with a birthday, or null: YYYY-MM-DD, 0000-MM-DD without the year, or YYYY (OpenID Connect Core §5.1). */
export function birthdateFault(value: string): ValueFault | null {
  const parts = /^(\d{4})(?:-(\d{2})-(\d{2}))?$/.exec(value);
  const [year, month, day] = [parts?.[1], parts?.[2], parts?.[3]];
  const hidden = year === '0000' && month !== undefined;
  // A leap year stands for the year that is not told.
  const date = new Date(`${hidden ? '2000' : year}-${month ?? '01'}-${day ?? '01'}T00:00:00Z`);
  const isReal = !Number.isNaN(date.getTime()) && (day === undefined || date.getUTCDate() === Number(day));
  if (!parts || !isReal || (!hidden && Number(year) < 1850))
    return invalid('Write YYYY-MM-DD, YYYY, or 0000-MM-DD without the year.');
  return null;
}

/** Says what is wrong with a time zone, or null: a name of the IANA database, such as Europe/Lisbon. */
export function zoneinfoFault(value: string): ValueFault | null {
  try {
    if (/^[A-Za-z]/.test(value)) new Intl.DateTimeFormat('en', { timeZone: value });
    else return invalid(noZone);
    return null;
  } catch {
    return invalid(noZone);
  }
}

const noZone = 'Enter a time zone such as Europe/Lisbon.';

/** Says what is wrong with a language tag (BCP 47), or null. */
export function localeFault(value: string): ValueFault | null {
  try {
    Intl.getCanonicalLocales(value);
    return null;
  } catch {
    return invalid('Enter a language such as pt-BR.');
  }
}

/** Says what is wrong with a phone number, or null: E.164, blanks and an extension allowed (OpenID Connect Core §5.1, RFC 3966). */
export function phoneNumberFault(value: string): ValueFault | null {
  const number = /^\+[1-9][\d ().-]*(;ext=\d{1,10})?$/.test(value) ? value.split(';', 1)[0]?.replace(/\D/g, '') : '';
  return number && number.length >= 6 && number.length <= 15
    ? null
    : invalid('Write the country code first, such as +351 21 123 4567.');
}
