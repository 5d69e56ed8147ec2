/** The form of a name that is unique in its parent. */
export function nameKey(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase();
}

/** The same for a client that registered itself: names are not unique among them (RFC 7591 §2), client ids are. */
export function registeredNameKey(name: string, clientId: string): string {
  return `${nameKey(name)} ${clientId}`;
}
