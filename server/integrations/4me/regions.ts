/** Every 4me installation by the domain a browser shows: both brands, each environment, each region. */
const ENVIRONMENTS = [
  { name: 'Production', domains: { '4me': '4me.com', xurrent: 'xurrent.com' }, regional: true },
  { name: 'QA', domains: { '4me': '4me.qa', xurrent: 'xurrent.qa' }, regional: true },
  { name: 'Demo', domains: { '4me': '4me-demo.com', xurrent: 'xurrent-demo.com' }, regional: false },
] as const
const REGIONS = { au: 'Australia', uk: 'United Kingdom', ch: 'Switzerland', us: 'United States' } as const

interface Region {
  domain: string
  /** The same installation under the other brand. */
  twin: string
  label: string
}

const regions: Region[] = (['4me', 'xurrent'] as const).flatMap((brand) => {
  const other = brand === '4me' ? 'xurrent' : '4me'
  return ENVIRONMENTS.flatMap(({ name, domains, regional }) => [
    { domain: domains[brand], twin: domains[other], label: `${domains[brand]} (${name}${regional ? ', global' : ''})` },
    ...Object.entries(regional ? REGIONS : {}).map(([code, place]) => ({
      domain: `${code}.${domains[brand]}`,
      twin: `${code}.${domains[other]}`,
      label: `${code}.${domains[brand]} (${name}, ${place})`,
    })),
  ])
})

const twins = new Map(regions.map((region) => [region.domain, region.twin]))

/** The domains a source can be set to. */
export const DOMAINS: readonly string[] = regions.map((region) => region.domain)

/** How each domain is shown in the form. */
export const DOMAIN_LABELS: Record<string, string> = Object.fromEntries(
  regions.map((region) => [region.domain, region.label]),
)

/** An installation with its own domain: on-premise, white label, or the sandbox. */
export const CUSTOM = 'custom'

export interface Place {
  region: string
  apiUrl?: string | null | undefined
  accountUrl?: string | null | undefined
}

/** Origin of the REST API. */
export function apiOrigin(place: Place): string {
  return place.region === CUSTOM ? (place.apiUrl ?? '') : `https://api.${place.region}`
}

/** Origin that knows what a token may do. A custom installation has it beside its API. */
export function tokenOrigin(place: Place): string {
  return place.region === CUSTOM ? (place.apiUrl ?? '') : `https://oauth.${place.region}`
}

/** Origin of an account's screens; null when the installation does not say where another account's are. */
export function accountOrigin(place: Place & { accountName: string }, account: string): string | null {
  if (place.region !== CUSTOM) return `https://${account.toLowerCase()}.${place.region}`
  return account.toLowerCase() === place.accountName.toLowerCase() ? (place.accountUrl ?? null) : null
}

/** Hosts of an account's screens in both brands' spellings. */
export function accountHosts(account: string, domain: string): string[] {
  return [domain, twins.get(domain)]
    .filter((each) => each !== undefined)
    .map((each) => `${account.toLowerCase()}.${each}`)
}

/** True when a host is this account's under any domain of 4me. */
export function isAccountHost(host: string, account: string): boolean {
  return DOMAINS.some((domain) => host === `${account.toLowerCase()}.${domain}`)
}
