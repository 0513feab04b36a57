import type { FastifyInstance } from 'fastify'
import type { Desk } from '../desk.ts'
import type { Scope } from '../model.ts'
import { createToken, parseScopes, RECORD_TYPES } from '../tokens.ts'
import { messagePage } from './page.ts'
import { newTokenPage, profilePage, type ScopeDraft, type TokenDraft, tokenListPage, tokenPage } from './token-pages.ts'
import { send, type VisitOf } from './visits.ts'

const SCOPES_MAX = 10

type ById = { Params: { id: string } }

/** Profile and personal access tokens. */
export function addTokenScreens(app: FastifyInstance, desk: Desk, visitOf: VisitOf): void {
  const { state, store } = desk
  // Kept in memory and for one look only: the disk has the hash.
  const secrets = new Map<number, string>()

  app.get('/profile', async (request, reply) => send(reply, profilePage(visitOf(request))))
  app.get('/personal_access_tokens', async (request, reply) => send(reply, tokenListPage(visitOf(request))))
  app.get<{ Querystring: { name?: string; scopes?: string } }>(
    '/personal_access_tokens/new',
    async (request, reply) => {
      const { name = '', scopes = '' } = request.query
      const actions = parseScopes(scopes.split(','))
      const scope: ScopeDraft = { effect: 'allow', types: Object.keys(actions), actions, account: '' }
      return send(reply, newTokenPage(visitOf(request), { name: name.slice(0, 128), scopes: [scope] }, null))
    },
  )
  app.post('/personal_access_tokens', async (request, reply) => {
    const visit = visitOf(request)
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
    const draft = draftOf(form)
    const act = form.get('act') ?? 'generate'
    if (act === 'add') draft.scopes.push({ effect: 'allow', types: [], actions: {}, account: '' })
    else if (act.startsWith('remove-')) draft.scopes.splice(Number(act.slice(7)), 1)
    const mistake = act === 'generate' ? mistakeOf(draft) : null
    if (act !== 'generate' || mistake !== null) {
      return send(reply.code(mistake === null ? 200 : 422), newTokenPage(visit, draft, mistake))
    }
    const scopes = draft.scopes.map(scopeOf)
    const { token, secret } = createToken(state, visit.person, { name: draft.name, scopes }, desk.now())
    secrets.set(token.id, secret)
    await store.changed()
    return reply.redirect(`/personal_access_tokens/${token.id}`, 303)
  })
  app.get<ById>('/personal_access_tokens/:id', async (request, reply) => {
    const visit = visitOf(request)
    const id = Number(request.params.id)
    const token = state.tokens.find((one) => one.id === id && one.personId === visit.person.id)
    if (!token) return send(reply.code(404), messagePage(visit, 'Not found', 'There is no such token of yours.'))
    const secret = secrets.get(id)
    secrets.delete(id)
    return send(reply, tokenPage(visit, token, secret))
  })
  app.post<ById>('/personal_access_tokens/:id/revoke', async (request, reply) => {
    const visit = visitOf(request)
    state.tokens = state.tokens.filter(
      (one) => !(one.id === Number(request.params.id) && one.personId === visit.person.id),
    )
    await store.changed()
    return reply.redirect('/personal_access_tokens', 303)
  })
}

function draftOf(form: URLSearchParams): TokenDraft {
  const scopes = form
    .getAll('scope')
    .slice(0, SCOPES_MAX)
    .map((index): ScopeDraft => {
      const types = form.getAll(`scope${index}-types`)
      const texts = types.map((type) => {
        const boxes = form.getAll(`scope${index}-${type}`)
        return `${type}:${boxes.includes('*') ? '*' : boxes.join('')}`
      })
      return {
        effect: form.get(`scope${index}-effect`) === 'deny' ? 'deny' : 'allow',
        types,
        actions: parseScopes(texts),
        account: form.get(`scope${index}-account`)?.trim() ?? '',
      }
    })
  return { name: form.get('name')?.trim().slice(0, 128) ?? '', scopes }
}

function mistakeOf(draft: TokenDraft): string | null {
  if (draft.name === '') return "Name can't be blank."
  const isEmpty = draft.scopes.every((scope) => Object.keys(scope.actions).length === 0)
  return isEmpty ? 'Add at least one record type and tick what the token may do.' : null
}

function scopeOf(draft: ScopeDraft): Scope {
  const known = RECORD_TYPES.map(({ type }) => type as string)
  const actions = Object.fromEntries(Object.entries(draft.actions).filter(([type]) => known.includes(type)))
  return { effect: draft.effect, actions, accounts: draft.account === '' ? [] : [draft.account.toLowerCase()] }
}
