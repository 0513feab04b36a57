import type { Desk } from '../desk.ts'
import { isAnyFaultOn } from '../faults.ts'
import type { Person } from '../model.ts'
import { type Content, Html, html } from './html.ts'

/** Who looks at a screen, and at which. */
export interface Visit {
  desk: Desk
  person: Person
  path: string
}

const gear = new Html(
  '<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linejoin="round" aria-hidden="true"><path d="M10.1 5.1L10.3 1.9L13.7 1.9L13.9 5.1L15.5 5.7L17.9 3.7L20.3 6.1L18.3 8.5L18.9 10.1L22.1 10.3L22.1 13.7L18.9 13.9L18.3 15.5L20.3 17.9L17.9 20.3L15.5 18.3L13.9 18.9L13.7 22.1L10.3 22.1L10.1 18.9L8.5 18.3L6.1 20.3L3.7 17.9L5.7 15.5L5.1 13.9L1.9 13.7L1.9 10.3L5.1 10.1L5.7 8.5L3.7 6.1L6.1 3.7L8.5 5.7Z"/><circle cx="12" cy="12" r="3.2"/></svg>',
)

/** A whole page of the pretend service desk. */
export function page(visit: Visit, title: string, body: Content): string {
  const { state } = visit.desk
  const link = (href: string, text: string) =>
    html`<a href="${href}"${visit.path.startsWith(href) ? new Html(' aria-current="page"') : ''}>${text}</a>`
  return `<!doctype html>${
    html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${state.account.name} Service Desk</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/style.css">
<script src="/assets/live.js" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="bar">
<a class="brand" href="/requests"><b>${state.account.name}</b> Service Desk</a>
<nav aria-label="Main">${link('/requests', 'Requests')}${link('/problems', 'Problems')}</nav>
<div class="tools">
<a class="fault-link" href="/faults"${visit.path === '/faults' ? new Html(' aria-current="page"') : ''}>Faults${
      isAnyFaultOn(state.faults) ? html`<span class="dot" title="A fault is switched on"></span>` : ''
    }</a>
<a class="icon" href="/settings" aria-label="Settings" title="Settings">${gear}</a>
${personMenu(visit)}
</div>
</header>
<main id="main">${body}</main>
<footer class="foot">Pretend 4me account <b>${state.account.id}</b> at ${visit.desk.origin()}. A sandbox of Tocsin, not affiliated with 4me or Xurrent.</footer>
</body>
</html>`.markup
  }`
}

function personMenu({ desk, person, path }: Visit): Html {
  const others = desk.state.people.filter((one) => one !== person)
  return html`<details class="menu">
<summary aria-label="Account menu of ${person.name}"><span class="avatar">${initials(person.name)}</span><span class="name">${person.name}</span></summary>
<div class="menu-panel">
<p class="who"><b>${person.name}</b><br>${person.jobTitle}</p>
<a href="/profile">My Profile</a>
<form method="post" action="/act-as"><input type="hidden" name="back" value="${path}">
<p class="menu-head">Act as</p>
${others.map((one) => html`<button name="person" value="${one.id}">${one.name}<small>${one.jobTitle}</small></button>`)}
</form>
</div>
</details>`
}

/** The head of a page: where it stands, its title, and what can be done on it. */
export function pageHead(title: Content, trail: [href: string, text: string][], actions: Content = ''): Html {
  return html`<div class="head"><div>
${trail.length > 0 && html`<nav class="trail" aria-label="Breadcrumb">${trail.map(([href, text]) => html`<a href="${href}">${text}</a><span aria-hidden="true">›</span>`)}</nav>`}
<h1>${title}</h1></div><div class="actions">${actions}</div></div>`
}

/** An instant, shown in the viewer's own zone once the script has run. */
export function time(iso: string | null): Html {
  if (iso === null) return html`<span class="none">–</span>`
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`
}

/** A part of a page that renews itself when something changes. */
export function live(id: string, content: Content): Html {
  return html`<div data-live id="${id}">${content}</div>`
}

/** A value, or a dash where there is none. */
export function orDash(value: Content): Content {
  return value === null || value === undefined || value === '' || value === false
    ? html`<span class="none">–</span>`
    : value
}

/** A page that only says something. */
export function messagePage(visit: Visit, title: string, text: string): string {
  return page(visit, title, html`${pageHead(title, [])}<div class="panel pad"><p>${text}</p></div>`)
}

function initials(name: string): string {
  return name
    .split(' ')
    .map((part) => part.charAt(0))
    .join('')
    .slice(0, 2)
}
