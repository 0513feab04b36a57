import { type Content, html } from './html.ts'
import { orDash, page, pageHead, type Visit } from './page.ts'

const SECTIONS = [
  { href: '/webhooks', title: 'Webhooks', about: 'Tell other systems when a record changes', words: 'automation api' },
  {
    href: '/webhook_deliveries',
    title: 'Webhook Deliveries',
    about: 'What was sent, and the answers',
    words: 'api log',
  },
  { href: '/webhook_policies', title: 'Webhook Policies', about: 'Sign what webhooks send', words: 'jwt openid key' },
  { href: '/settings/people', title: 'People', about: 'Everybody in this account', words: 'users staff' },
  { href: '/settings/teams', title: 'Teams', about: 'Who records are assigned to', words: 'groups' },
  { href: '/settings/services', title: 'Services', about: 'What is supported, and by which team', words: 'instances' },
]

/** The settings, found by typing. */
export function settingsPage(visit: Visit, query: string): string {
  const words = query.trim().toLowerCase()
  const found = SECTIONS.filter((one) => `${one.title} ${one.about} ${one.words}`.toLowerCase().includes(words))
  return page(
    visit,
    'Settings',
    html`${pageHead('Settings', [])}
<form class="filter" method="get" role="search"><input type="search" name="q" value="${query}" placeholder="Search settings" aria-label="Search settings" data-filter="sections" autocomplete="off"><button class="button">Search</button></form>
<nav class="panel tiles" id="sections" aria-label="Settings">${found.map(
      (one) =>
        html`<a href="${one.href}" data-words="${`${one.title} ${one.about} ${one.words}`.toLowerCase()}"><b>${one.title}</b><span>${one.about}</span></a>`,
    )}<p class="nothing"${found.length > 0 && ' hidden'}>No setting matches.</p></nav>`,
  )
}

/** A read-only table of the account's directory; undefined when there is no such one. */
export function directoryPage(visit: Visit, name: string): string | undefined {
  const { people, teams, services } = visit.desk.state
  const teamName = (id: number) => teams.find((team) => team.id === id)?.name ?? ''
  const tables: Record<string, { title: string; heads: string[]; rows: Content[][] }> = {
    people: {
      title: 'People',
      heads: ['Name', 'E-mail', 'Job title', 'Teams'],
      rows: people.map((one) => [one.name, one.email, one.jobTitle, one.teamIds.map(teamName).join(', ')]),
    },
    teams: {
      title: 'Teams',
      heads: ['Name', 'Members'],
      rows: teams.map((team) => [
        team.name,
        people
          .filter((one) => one.teamIds.includes(team.id))
          .map((one) => one.name)
          .join(', '),
      ]),
    },
    services: {
      title: 'Services',
      heads: ['Name', 'Service instance', 'Support team'],
      rows: services.map((one) => [one.name, one.instance.name, teamName(one.supportTeamId)]),
    },
  }
  const table = Object.hasOwn(tables, name) ? tables[name] : undefined
  if (!table) return undefined
  return page(
    visit,
    table.title,
    html`${pageHead(table.title, [['/settings', 'Settings']])}
<div class="panel scroll"><table class="list"><thead><tr>${table.heads.map((head) => html`<th>${head}</th>`)}</tr></thead>
<tbody>${table.rows.map((row) => html`<tr>${row.map((cell, index) => (index === 0 ? html`<td><b>${cell}</b></td>` : html`<td>${orDash(cell)}</td>`))}</tr>`)}</tbody></table></div>`,
  )
}
