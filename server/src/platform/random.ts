import { randomFillSync, randomUUID } from 'node:crypto';

/** A new object id (UUID version 4, RFC 9562 §5.4). */
export function newId(): string {
  return randomUUID();
}

let lastMillisecond = 0;
let sequence = 0;

/** A new id that sorts after the earlier ones of this process (UUID version 7, RFC 9562 §5.7): for rows that come often, so that they lie together. */
export function newOrderedId(): string {
  const millisecond = Date.now();
  sequence = millisecond > lastMillisecond ? 0 : sequence + 1;
  // More than 4,096 in one millisecond, or a clock that was set back: borrow from the next.
  lastMillisecond = Math.max(millisecond, lastMillisecond + (sequence > 0xfff ? 1 : 0));
  sequence &= 0xfff;
  const time = lastMillisecond.toString(16).padStart(12, '0');
  const tail = randomSecret(8);
  tail[0] = ((tail[0] ?? 0) & 0x3f) | 0x80;
  const rest = tail.toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence.toString(16).padStart(3, '0')}-${rest.slice(0, 4)}-${rest.slice(4)}`;
}

/** Random bytes that are fetched ahead: asking for many at once costs as much as for a few. */
const ahead = Buffer.alloc(4_096);
let used = ahead.length;

/** Secret random bytes, at most 4,096; each is given out once, and kept nowhere here afterwards. */
export function randomSecret(length: number): Buffer {
  if (length > ahead.length) throw new RangeError('more random bytes than are fetched ahead');
  if (used + length > ahead.length) {
    randomFillSync(ahead);
    used = 0;
  }
  const place = ahead.subarray(used, used + length);
  const secret = Buffer.from(place);
  place.fill(0);
  used += length;
  return secret;
}

/** A new credential: its greppable prefix and 256 random bits (domain rule 13; RFC 6749 §10.10). */
export function newCredential(
  prefix: 'tes_ac_' | 'tes_at_' | 'tes_rt_' | 'tes_cs_' | 'tes_dc_' | 'tes_su_' | 'tes_it_' | 'tes_ra_' | '',
): string {
  return prefix + randomSecret(32).toString('base64url');
}

/** A new public client id: 128 random bits in hex. */
export function newClientId(): string {
  return randomSecret(16).toString('hex');
}
