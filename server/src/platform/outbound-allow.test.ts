import { describe, expect, test } from 'vitest';
import { isListed, isPublic, parseOutboundAllow } from './outbound-allow.js';

describe('addresses that clients name', () => {
  const special = [
    ['0.0.0.0', 'this host'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'shared, RFC 6598'],
    ['127.0.0.1', 'loopback'],
    ['127.8.8.8', 'loopback'],
    ['169.254.169.254', 'link-local, cloud metadata'],
    ['192.0.2.1', 'documentation'],
    ['198.18.0.1', 'benchmarking'],
    ['224.0.0.1', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::127.0.0.1', 'IPv4-compatible'],
    ['::ffff:127.0.0.1', 'IPv4-mapped'],
    ['::ffff:a00:1', 'IPv4-mapped'],
    ['::ffff:0:127.0.0.1', 'IPv4-translated, RFC 2765'],
    ['64:ff9b::7f00:1', 'NAT64'],
    ['2002:7f00:1::', '6to4'],
    ['2001::1', 'Teredo'],
    ['2001:db8::1', 'documentation'],
    ['fc00::1', 'unique local'],
    ['fd12:3456::1', 'unique local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local with a zone'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['4000::1', 'not assigned'],
    ['localhost', 'no address'],
    ['', 'no address'],
  ] as const;
  test.each(special)('RFC 6890: %s is not public (%s)', (address) => expect(isPublic(address)).toBe(false));

  test.each(['8.8.8.8', '93.184.216.34', '2606:4700::1111', '2a00:1450:4001::200e', '::ffff:8.8.8.8'])(
    '%s is public',
    (address) => expect(isPublic(address)).toBe(true),
  );

  test('an operator lists hosts, addresses and ranges', () => {
    const allow = parseOutboundAllow(' Id.Internal.Example, 10.0.0.0/8,127.0.0.1, fd00::/8 ,');
    expect([...allow.hosts]).toEqual(['id.internal.example']);
    for (const address of ['10.200.0.1', '127.0.0.1', '::ffff:127.0.0.1', 'fd00::7'])
      expect(isListed(allow, address)).toBe(true);
    for (const address of ['11.0.0.1', '127.0.0.2', 'fe80::1', '::1', 'id'])
      expect(isListed(allow, address)).toBe(false);
    expect(isListed(parseOutboundAllow(''), '127.0.0.1')).toBe(false);
  });

  test.each(['10.0.0.0/33', 'https://a.example', '*.example', '10.0.0', 'a b', '127.1'])(
    '“%s” is no entry of the list',
    (entry) => {
      expect(() => parseOutboundAllow(entry)).toThrow(entry);
    },
  );
});
