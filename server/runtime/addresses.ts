import ipaddr from 'ipaddr.js'

/** What an operator allows although it is private: host names, addresses and networks, any port. */
export interface AllowList {
  hosts: ReadonlySet<string>
  networks: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][]
}

/** Reads `TOCSIN_OUTBOUND_ALLOW`; throws a sentence that names an entry that is neither a host nor a network. */
export function parseAllowList(entries: readonly string[]): AllowList {
  const hosts = new Set<string>()
  const networks: [ipaddr.IPv4 | ipaddr.IPv6, number][] = []
  for (const entry of entries.map((text) => text.trim().toLowerCase()).filter((text) => text !== '')) {
    const bare = entry.replace(/^\[(.+)\]$/, '$1')
    if (bare.includes('/') && ipaddr.isValidCIDR(bare)) networks.push(ipaddr.parseCIDR(bare))
    else if (isAddress(bare)) networks.push(wholeAddress(bare))
    else if (isHostName(bare)) hosts.add(bare)
    else
      throw new Error(
        `TOCSIN_OUTBOUND_ALLOW: "${entry}" is neither a host name nor an address nor a network such as 10.0.0.0/8.`,
      )
  }
  return { hosts, networks }
}

function wholeAddress(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const address = ipaddr.parse(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

function isHostName(text: string): boolean {
  return /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(text)
}

/** True for addresses in their usual spelling: four decimal numbers, or IPv6. */
export function isAddress(text: string): boolean {
  // ipaddr.js reads ::127.0.0.1 as ::ffff:127.0.0.1, which it is not.
  return ipaddr.IPv4.isValidFourPartDecimal(text) || (ipaddr.IPv6.isValid(text) && !/^::\d+\./.test(text))
}

export type AddressVerdict = { kind: 'public' } | { kind: 'listed' } | { kind: 'blocked'; range: string }

/** What an address is to us, looked at as bytes: public, private but listed by the operator, or blocked. */
export function judgeAddress(text: string, allow: AllowList): AddressVerdict {
  if (!isAddress(text)) return { kind: 'blocked', range: 'unreadable' }
  const address = ipaddr.parse(text)
  if (isListed(address, allow) || isListed(unmapped(address), allow)) return { kind: 'listed' }
  const range = address.range()
  // Beyond 2000::/3 nothing is assigned to the public internet, whatever a table calls it.
  const isGlobal = address.kind() === 'ipv4' || ((address.toByteArray()[0] ?? 0) & 0xe0) === 0x20
  return range === 'unicast' && isGlobal
    ? { kind: 'public' }
    : { kind: 'blocked', range: range === 'unicast' ? 'reserved' : range }
}

function isListed(address: ipaddr.IPv4 | ipaddr.IPv6, allow: AllowList): boolean {
  return allow.networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits))
}

/** ::ffff:a.b.c.d is the IPv4 address a.b.c.d in other clothes. */
function unmapped(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && address.parts[5] === 0xffff)
    return address.toIPv4Address()
  return address
}
