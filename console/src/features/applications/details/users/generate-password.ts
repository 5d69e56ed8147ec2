// Without characters that are taken for one another: 0 O o, 1 l I.
const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const groups = 4;
const groupLength = 5;

/** A random password that can be read aloud: four groups of five, 116 bits. */
export function generatePassword(): string {
  return Array.from({ length: groups }, () => Array.from({ length: groupLength }, randomLetter).join('')).join('-');
}

/** Draws again where a byte would favour the first letters. */
function randomLetter(): string {
  const limit = 256 - (256 % letters.length);
  const bytes = new Uint8Array(1);
  do crypto.getRandomValues(bytes);
  while ((bytes[0] ?? 0) >= limit);
  return letters.charAt((bytes[0] ?? 0) % letters.length);
}
