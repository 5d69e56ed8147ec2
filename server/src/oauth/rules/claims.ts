interface Person {
  email: string;
  emailVerified: boolean;
  givenName: string;
  familyName: string;
  updatedAt: number;
}

/** The claims about a person that the scopes ask for (OpenID Connect Core §5.4); what is empty is left out (§5.3.2). */
export function userClaims(person: Person, scopes: readonly string[]): Record<string, unknown> {
  const claims: Record<string, unknown> = {};
  if (scopes.includes('profile')) {
    const name = `${person.givenName} ${person.familyName}`.trim();
    if (name) claims.name = name;
    if (person.givenName) claims.given_name = person.givenName;
    if (person.familyName) claims.family_name = person.familyName;
    claims.updated_at = person.updatedAt;
  }
  if (scopes.includes('email')) {
    claims.email = person.email;
    claims.email_verified = person.emailVerified;
  }
  return claims;
}
