import type { Scope, Token } from '../model.ts'
import { ACTION_LABELS, RECORD_TYPES } from '../tokens.ts'
import { Html, html } from './html.ts'
import { live, orDash, page, pageHead, time, type Visit } from './page.ts'

/** A scope as the form has it: chosen types may have no box ticked yet. */
export interface ScopeDraft {
  effect: 'allow' | 'deny'
  types: string[]
  actions: Record<string, string>
  account: string
}

export interface TokenDraft {
  name: string
  scopes: ScopeDraft[]
}

const PROFILE: [string, string] = ['/profile', 'My Profile']
const TOKENS: [string, string] = ['/personal_access_tokens', 'Personal Access Tokens']

/** Who one acts as, and the way to their tokens. */
export function profilePage(visit: Visit): string {
  const { person, desk } = visit
  const teams = desk.state.teams.filter((team) => person.teamIds.includes(team.id)).map((team) => team.name)
  const rows: [string, string][] = [
    ['Name', person.name],
    ['Job title', person.jobTitle],
    ['Primary e-mail', person.email],
    ['Teams', teams.join(', ')],
    ['Role', person.isAdministrator ? 'Account Administrator' : teams.length > 0 ? 'Specialist' : 'End user'],
  ]
  return page(
    visit,
    'My Profile',
    html`${pageHead('My Profile', [])}
<section class="panel pad"><dl class="facts">${rows.map(([label, value]) => html`<div><dt>${label}</dt><dd>${orDash(value)}</dd></div>`)}</dl></section>
<nav class="panel tiles" aria-label="Profile"><a href="/personal_access_tokens"><b>Personal Access Tokens</b><span>Let programs use the API as you</span></a></nav>`,
  )
}

/** A person's tokens. */
export function tokenListPage(visit: Visit): string {
  const tokens = visit.desk.state.tokens
    .filter((token) => token.personId === visit.person.id && token.kind === 'personal')
    .toReversed()
  return page(
    visit,
    'Personal Access Tokens',
    html`${pageHead('Personal Access Tokens', [PROFILE], html`<a class="button primary" href="/personal_access_tokens/new">Generate new token</a>`)}
${
  tokens.length === 0
    ? html`<div class="panel pad empty"><p>You have no personal access tokens.</p></div>`
    : live(
        'list',
        html`<div class="panel scroll"><table class="list"><thead><tr><th>Name</th><th>Token</th><th>Scopes</th><th>Created</th><th>Last used</th><th><span class="hidden">Revoke</span></th></tr></thead>
<tbody>${tokens.map((token) => tokenRow(token))}</tbody></table></div>`,
      )
}`,
  )
}

function tokenRow(token: Token): Html {
  return html`<tr><td class="main-cell"><a href="/personal_access_tokens/${token.id}">${token.name}</a></td><td><code>${token.start}…</code></td>
<td>${token.scopes.map((scope) => html`<div>${scopeText(scope)}</div>`)}</td><td class="when">${time(token.createdAt)}</td><td class="when">${time(token.lastUsedAt)}</td>
<td><form method="post" action="/personal_access_tokens/${token.id}/revoke" data-confirm="Revoke ${token.name}? Programs that use it are refused at once."><button class="button danger small" aria-label="Revoke ${token.name}">Revoke</button></form></td></tr>`
}

/** One token; its secret only right after it was generated. */
export function tokenPage(visit: Visit, token: Token, secret: string | undefined): string {
  return page(
    visit,
    token.name,
    html`${pageHead(token.name, [PROFILE, TOKENS])}
${
  secret !== undefined &&
  html`<div class="box good"><p><b>Copy the token now.</b> It is shown only this once.</p>
<div class="copy"><label class="hidden" for="token">Token</label><input id="token" readonly value="${secret}" class="code"><button type="button" class="button" data-copy="token">Copy</button></div></div>`
}
<section class="panel pad"><dl class="facts">
<div><dt>Token</dt><dd><code>${token.start}…</code></dd></div>
<div><dt>Created</dt><dd>${time(token.createdAt)}</dd></div>
<div><dt>Last used</dt><dd>${time(token.lastUsedAt)}</dd></div>
<div><dt>Scopes</dt><dd>${token.scopes.map((scope) => html`<div>${scopeText(scope)}</div>`)}</dd></div>
</dl></section>
<p><a href="/personal_access_tokens">All personal access tokens</a></p>`,
  )
}

/** The form for a new token. Works without scripts: choosing a record type unfolds its boxes. */
export function newTokenPage(visit: Visit, draft: TokenDraft, mistake: string | null): string {
  return page(
    visit,
    'New personal access token',
    html`${pageHead('New Personal Access Token', [PROFILE, TOKENS])}
<form class="panel pad form" method="post" action="/personal_access_tokens">
${mistake !== null && html`<div class="box error" role="alert"><p>${mistake}</p></div>`}
<div class="field"><label for="name">Name<span class="must" aria-hidden="true"> *</span></label><input id="name" name="name" value="${draft.name}" maxlength="128" autocomplete="off"></div>
<h2>Scopes</h2>
<p class="hint">Everything is denied that no scope allows.</p>
${draft.scopes.map((scope, index) => scopeFields(scope, index, draft.scopes.length > 1))}
<div class="buttons"><button class="button" name="act" value="add">Add Scope</button></div>
<div class="buttons end"><button class="button primary" name="act" value="generate">Generate Token</button><a class="button" href="/personal_access_tokens">Cancel</a></div>
</form>`,
  )
}

function scopeFields(scope: ScopeDraft, index: number, canRemove: boolean): Html {
  const name = `scope${index}`
  return html`<fieldset class="scope"><legend>Scope ${index + 1}</legend><input type="hidden" name="scope" value="${index}">
<div class="field"><label for="${name}-effect">Effect</label><select id="${name}-effect" name="${name}-effect"><option value="allow"${on(scope.effect === 'allow', 'selected')}>Allow</option><option value="deny"${on(scope.effect === 'deny', 'selected')}>Deny</option></select></div>
<div class="field"><span class="label">Actions</span>
<details class="adder"><summary>+ Add record types…</summary><div class="choices">${RECORD_TYPES.map(
    ({ type, label }) =>
      html`<label class="inline"><input type="checkbox" name="${name}-types" value="${type}" data-type="${type}"${on(scope.types.includes(type), 'checked')}> ${label}</label>`,
  )}</div></details>
${RECORD_TYPES.map(({ type, label, actions }) => {
  const chosen = scope.actions[type] ?? ''
  return html`<fieldset class="tree" data-tree="${type}"><legend>${label}</legend>
<label class="inline all"><input type="checkbox" name="${name}-${type}" value="*" data-all${on(chosen.length === actions.length, 'checked')}> Select all</label>
${[...actions].map((action) => html`<label class="inline"><input type="checkbox" name="${name}-${type}" value="${action}"${on(chosen.includes(action), 'checked')}> ${ACTION_LABELS[action]}</label>`)}</fieldset>`
})}</div>
<details class="adder"${on(scope.account !== '', 'open')}><summary>+ Add conditions…</summary><div class="field"><label for="${name}-account">Account</label><input id="${name}-account" name="${name}-account" value="${scope.account}" autocomplete="off"><p class="hint">Only calls that name this account in their header. Blank: any.</p></div></details>
${canRemove && html`<div class="buttons"><button class="button small" name="act" value="remove-${index}">Remove</button></div>`}
</fieldset>`
}

function scopeText(scope: Scope): string {
  const parts = RECORD_TYPES.flatMap(({ type, label }) => {
    const letters = scope.actions[type]
    if (!letters) return []
    return [`${label}: ${[...letters].map((letter) => ACTION_LABELS[letter]).join(', ')}`]
  })
  const condition = scope.accounts.length > 0 ? ` (account ${scope.accounts.join(', ')})` : ''
  return `${scope.effect === 'deny' ? 'Deny' : 'Allow'} ${parts.join(' · ')}${condition}`
}

function on(condition: boolean, attribute: string): Html {
  return new Html(condition ? ` ${attribute}` : '')
}
