import fs from 'node:fs'
import path from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Given, giveAnswer } from '../../answers/actions.ts'
import { isOfEarlierTime } from '../../answers/store.ts'
import { problemOf } from '../../http/errors.ts'
import type { App, RouteContext } from '../../http/route.ts'
import { Problem, problems } from '../../runtime/problem.ts'
import { type AnswerVerb, readAnswerToken } from '../answers.ts'
import { type AnswerPage, renderAnswerPage, renderRefusal } from './page.ts'
import { answerOf, type LinkedAlert } from './store.ts'
import { languageOf } from './words.ts'

const BODY_BYTES_MAX = 4_096
const STYLE = fs.readFileSync(path.join(import.meta.dirname, 'style.css'), 'utf8')
const STYLE_SECONDS = 300
/** No script at all, and no other site may frame the buttons. */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

type Request = FastifyRequest<{ Params: { token: string }; Querystring: { do?: unknown }; Body: unknown }>

/** The pages behind the links in messages, at the root. Reading one changes nothing; only its buttons do (invariants.md NOT-9, NOT-10). */
export function answerPages(app: App, context: RouteContext): void {
  const hidden = { schema: { hide: true } as Record<string, unknown> }
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: BODY_BYTES_MAX },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )
    scope.setErrorHandler((error, request, reply) => {
      const { type } = problemOf(error, context.log)
      const kind = type === 'cross-site' ? 'crossSite' : type === 'not-found' ? 'unknown' : 'failed'
      const language = languageOf(request.headers['accept-language'])
      return sendPage(reply, problems[type].status, renderRefusal(language, kind))
    })
    scope.get('/answer/style.css', hidden, (_request, reply) =>
      reply
        .header('content-type', 'text/css; charset=utf-8')
        .header('cache-control', `public, max-age=${STYLE_SECONDS}`)
        .send(STYLE),
    )
    scope.get('/answer/:token', hidden, async (request: Request, reply) => {
      const link = await linkOf(request, context)
      const outcome = (await isOfEarlierTime(context.db, link.notificationId)) ? 'again' : null
      return sendPage(reply, 200, renderAnswerPage(pageOf(link, verbOf(request.query.do) ?? 'accept', outcome)))
    })
    scope.post('/answer/:token', hidden, async (request: Request, reply) => {
      refuseOtherSites(request)
      const link = await linkOf(request, context)
      const verb = verbOf((request.body as { do?: unknown } | null | undefined)?.do)
      if (!verb) return sendPage(reply, 400, renderAnswerPage(pageOf(link, 'accept', 'no-verb')))
      const outcome = await answer(context, link, verb)
      return sendPage(reply, 200, renderAnswerPage(pageOf(await linkOf(request, context), verb, outcome)))
    })
  })
}

async function linkOf(request: Request, context: RouteContext): Promise<LinkedAlert> {
  const notificationId = readAnswerToken(request.params.token, context.secrets)
  const link = notificationId === null ? null : await answerOf(context.db, notificationId)
  if (!link) throw new Problem('not-found', 'This answer link leads nowhere.')
  return link
}

/** Answers as the link's person. A late answer changes nothing and is no failure. */
async function answer(context: RouteContext, link: LinkedAlert, verb: AnswerVerb): Promise<Given['outcome']> {
  const { notificationId } = link
  const by = { personId: link.person.id, name: link.person.name, language: link.language, notificationId }
  const now = await context.clock.now()
  return (await giveAnswer(context.db, by, THROUGH[link.channel] ?? 'from a message', link.alert.id, verb, now)).outcome
}

/** Where an answer came from, for the timeline. */
const THROUGH: Record<string, string> = {
  EMAIL: 'from the e-mail',
  PUSH: 'from the push notification',
  NTFY: 'from ntfy',
  SLACK: 'from Slack',
  TEAMS: 'from Teams',
  MATTERMOST: 'from Mattermost',
  DISCORD: 'from Discord',
  TELEGRAM: 'from Telegram',
  WEBHOOK: 'by the webhook',
}

/** Browsers say where a form stood. `Origin` is `null` from our own pages too, as they send no referrer. */
function refuseOtherSites(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site']
  const { origin } = request.headers
  const isOurs =
    site === undefined
      ? origin === undefined || origin === 'null' || hostOf(origin) === request.headers.host
      : site === 'same-origin' || site === 'none'
  if (!isOurs) throw new Problem('cross-site', 'This answer was sent from another site.')
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}

function verbOf(value: unknown): AnswerVerb | null {
  return value === 'accept' || value === 'resolve' || value === 'escalate' ? value : null
}

function pageOf(
  { language, alert, person }: LinkedAlert,
  verb: AnswerVerb,
  outcome: AnswerPage['outcome'],
): AnswerPage {
  return { language, alert, person, verb, outcome }
}

function sendPage(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .code(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('content-security-policy', POLICY)
    .header('x-robots-tag', 'noindex')
    .send(page)
}
