import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What an operator lets the server reach besides public addresses over https. */
export interface OutboundAllow {
  /** Host names in lower case; whatever they resolve to may be reached. */
  hosts: Set<string>;
  ranges: [ipaddr.IPv4 | ipaddr.IPv6, number][];
}

/** Reads host names, addresses and CIDR ranges between commas. Throws an Error that names the entry that is none of them. */
export function parseOutboundAllow(text: string): OutboundAllow {
  const allow: OutboundAllow = { hosts: new Set(), ranges: [] };
  for (const entry of text.split(',').map((part) => part.trim().toLowerCase())) {
    if (entry === '') continue;
    const range = readRange(entry);
    if (range) allow.ranges.push(range);
    else if (isHostName(entry)) allow.hosts.add(entry);
    else throw new Error(`"${entry}" is no host name, address or CIDR range`);
  }
  return allow;
}

function readRange(entry: string): OutboundAllow['ranges'][number] | null {
  const [network = '', bits] = entry.split('/');
  // ipaddr.js also reads 127.1 and 0x7f000001, which nobody means here.
  if (!isIP(network)) return null;
  if (bits !== undefined) return ipaddr.isValidCIDR(entry) ? ipaddr.parseCIDR(entry) : null;
  const address = ipaddr.process(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function isHostName(entry: string): boolean {
  return entry.length <= 253 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(entry) && !/^[0-9.]+$/.test(entry);
}

/** True where the operator listed the address; an IPv4-mapped one counts as the IPv4 address it stands for. */
export function isListed(allow: OutboundAllow, address: string): boolean {
  if (!isIP(address)) return false;
  const parsed = ipaddr.process(address);
  return allow.ranges.some(([range, bits]) => range.kind() === parsed.kind() && parsed.match(range, bits));
}

const globalUnicast: [ipaddr.IPv4 | ipaddr.IPv6, number] = ipaddr.parseCIDR('2000::/3');

/**
 * True for an address of the public internet: not private, loopback, link-local, shared (RFC 6598), multicast, reserved
 * or a way of writing or tunnelling such an IPv4 address in IPv6 (IANA special-purpose registries, RFC 6890).
 */
export function isPublic(address: string): boolean {
  if (!isIP(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast);
}
