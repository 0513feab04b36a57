import fs from 'node:fs'
import { randomUUID } from 'node:crypto'
import Fastify from 'fastify'
import cookie from '@fastify/cookie'
import swagger from '@fastify/swagger'
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { sql } from 'kysely'
import { startEmbedded } from './database/embedded.ts'
import { openDatabase } from './database/connection.ts'
import { migrate } from './database/migrate.ts'
import { createSecrets } from './runtime/secrets.ts'
import { databaseClock } from './runtime/clock.ts'
import { problemOf, sendProblem } from './http/errors.ts'
import { alertRoutes } from './alerts/routes.ts'
import { deliveryRoutes } from './intake/deliveries/routes.ts'
import { answerPages } from './notifications/answer-page/routes.ts'
import { answerToken } from './notifications/answers.ts'
import { insertAlert } from './alerts/store.ts'
import { startEscalation } from './escalation/actions.ts'
import { advanceEscalations } from './escalation/actions.ts'

const noop = () => {}
const log: any = { info: noop, warn: (...a: any[]) => console.log('WARN', ...a), error: (...a: any[]) => console.log('ERROR', ...a), debug: noop, child: () => log }
const dataDir = fs.mkdtempSync('/tmp/tv-')
const pgd = await startEmbedded({ dataDir, log })
const dbs = await openDatabase({ connection: pgd.connectionString as any, log }).catch(() => openDatabase({ connection: pgd.connection as any, log }))
let failed = 0
const ok = (name: string, cond: unknown, extra?: unknown) => { if (!cond) failed++; console.log(cond ? 'ok  ' : 'FAIL', name, cond ? '' : JSON.stringify(extra)?.slice(0, 800)) }
try {
  await migrate(dbs.http, log)
  const db = dbs.http
  const now = await databaseClock(db).now()
  const person = async (first: string, language = 'en') => {
    const { id } = await db.insertInto('person').values({ first_name: first, last_name: 'Test', email: `${first.toLowerCase()}@example.org`, password_hash: null, role: 'USER', timezone: 'UTC', language, position: '', department: '', created_at: now, updated_at: now, deleted_at: null } as any).returning('id').executeTakeFirstOrThrow()
    await db.insertInto('contact').values({ person_id: id, method: 'EMAIL', target: `${first.toLowerCase()}@example.org`, verified_at: now, created_at: now } as any).execute()
    return id
  }
  const ann = await person('Ann'), ben = await person('Ben', 'de'), cem = await person('Cem')
  const { id: policyId } = await db.insertInto('escalation_policy').values({ name: 'Default', levels: JSON.stringify([{ timeoutMinutes: 5, userIds: [ann] }, { timeoutMinutes: 5, userIds: [] }, { timeoutMinutes: 5, userIds: [ben, cem] }]), repeating: false, frequency: 1, delay_minutes: 0, routing_key: null, created_at: now, updated_at: now } as any).returning('id').executeTakeFirstOrThrow()
  const { id: sourceId } = await db.insertInto('alert_source').values({ name: '4me prod', integration_type: 'FOURME', active: true, escalation_policy_id: policyId, alert_creation: 'ONE_ALERT_PER_EMAIL', alert_grouping_window: null, auto_resolution_timeout: null, alert_priority_rule: 'HIGH', settings: '{}', settings_secrets: null, settings_saved_at: null, verification_allowed_at: null, created_at: now, updated_at: now, deleted_at: null } as any).returning('id').executeTakeFirstOrThrow()
  const raise = (summary: string, key: string) => db.transaction().execute(async (tx) => {
    const id = await insertAlert(tx, { alertSourceId: sourceId, alertKey: key, summary, details: 'some details 100%_x', status: 'PENDING', priority: 'HIGH', severity: 2, escalationPolicyId: policyId, autoResolveAt: null, links: [{ href: 'https://wdc.4me.com/requests/1', text: 'Request 1' }, { href: 'javascript:alert(1)', text: 'x' }], images: [], labels: { impact: 'high' }, customDetails: { a: 1 }, previousAlertId: null }, now)
    await startEscalation(tx, { alertSourceId: sourceId, alertId: id, policyId, notBefore: now }, now)
    return id
  })
  const a1 = await raise('Mail is down for <b>everybody</b> in Vienna & "Graz"', 'wdc:request:1')
  const a2 = await raise('Disk', 'wdc:request:2')
  await advanceEscalations(db, now)
  const alertIds = [a1, a2]
  for (let i = 0; i < 100; i++) alertIds.push(await raise(`Bulk ${i}`, `bulk:${i}`))
  await advanceEscalations(db, now); await advanceEscalations(db, now)

  const secrets = createSecrets(Buffer.alloc(32, 7))
  let queries = 0
  const counting: any = new Proxy(db, { get: (t, k) => { const v = (t as any)[k]; if (k === 'selectFrom') queries++; return typeof v === 'function' ? v.bind(t) : v } })
  const context: any = { db: counting, clock: databaseClock(db), secrets, settings: { publicUrl: 'http://localhost:4000' }, outbound: {}, log }
  const app: any = Fastify()
  app.setValidatorCompiler(validatorCompiler); app.setSerializerCompiler(serializerCompiler)
  await app.register(cookie)
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 't', version: '1' } }, transform: jsonSchemaTransform })
  app.setErrorHandler((e: any, q: any, r: any) => sendProblem(q, r, problemOf(e, log), 'http://localhost'))
  app.decorateRequest('actor', null)
  let actor: any = { kind: 'person', personId: cem, name: 'Cem Test', role: 'RESPONDER', sessionHash: Buffer.alloc(0), csrfToken: '' }
  await app.register(async (api: any) => { api.addHook('onRequest', async (q: any) => { q.actor = actor }); alertRoutes(api, context); deliveryRoutes(api, context) }, { prefix: '/api' })
  answerPages(app, context)
  await app.ready()
  const get = async (url: string) => { queries = 0; const r = await app.inject({ url }); return { s: r.statusCode, b: r.headers['content-type']?.includes('json') ? r.json() : r.payload, q: queries, h: r.headers } }
  ok('openapi', Object.keys(app.swagger().paths).length === 9, Object.keys(app.swagger().paths))

  let r = await get('/api/alerts?states=PENDING&states=ACCEPTED&max-results=100')
  ok('list', r.s === 200 && r.b.length === 100, r.b); ok('no N+1', r.q <= 4, r.q)
  ok('newest first', r.b[0].id > r.b[1].id)
  r = await get('/api/alerts?max-results=101'); ok('above cap 400', r.s === 400, r)
  r = await get(`/api/alerts/${a1}`)
  console.log(JSON.stringify(r.b, null, 1))
  ok('links filtered', r.b.links.length === 1); ok('no custom', !('customDetails' in r.b))
  ok('next skips empty level', r.b.escalation.next.levelIndex === 2 && r.b.escalation.next.users.length === 2, r.b.escalation)
  r = await get(`/api/alerts/${a1}?include=customDetails,escalationRules`); ok('custom', r.b.customDetails?.a === 1, r)
  r = await get(`/api/alerts/${a1}?include=escalationRules&include=customDetails`); ok('custom rep', r.b.customDetails?.a === 1, r)
  for (const [q, n] of [['state=PENDING', 102], ['state=RESOLVED', 0], [`alert-source=${sourceId}`, 102], ['sources=99999999999', 0], [`policies=${policyId}`, 102], ['policies=9999999999', 0], ['query=100%25_x', 102], ['query=100_x', 0], ['query=mail', 1], ['query=%00', 102], ['query=REQUEST:2', 1], ['assigned-to=ann@example.org', 102], [`responders=${ann}`, 102], [`responders=${ben}`, 0], ['assigned-to=%00', 0], ['from=0000-01-01T00:00:00Z', 102], ['until=2020-01-01T00:00:00%2B01:00', 0], ['from=9999-12-31T23:59:59Z', 0]] as const) {
    r = await get(`/api/alerts/count?${q}`); ok(`count ${q}`, r.s === 200 && r.b.count === n, r)
  }
  r = await get('/api/alerts/count?from=yesterday'); ok('bad from', r.s === 400)
  r = await get('/api/alerts/count?state=NEW'); console.log('state=NEW', r.s, r.b.detail)
  r = await get('/api/alerts/9007199254740991'); ok('404', r.s === 404, r)
  r = await get('/api/alerts/abc'); ok('400', r.s === 400, r)
  r = await get(`/api/alerts/${a1}/log-entries`); ok('log no vars', r.s === 200 && r.b.length > 0 && !('vars' in r.b[0]), r)
  r = await get(`/api/alerts/${a1}/log-entries?include=vars&filter-types=ALERT_UPDATES,NOTIFICATIONS`); ok('log vars', r.s === 200 && r.b.length > 0 && 'vars' in r.b[0], r)
  r = await get(`/api/alerts/${a1}/log-entries?filter-types=CONNECTOR_EVENTS`); ok('log filter', r.s === 200 && r.b.length === 0, r)
  r = await get('/api/alerts/999999/log-entries'); ok('log 404', r.s === 404)
  r = await get('/api/alerts/999999/notifications'); ok('not 404', r.s === 404)
  r = await get(`/api/alerts/${a1}/notifications`); ok('notifications', r.s === 200 && r.b.length === 1 && r.b[0].status === 'SCHEDULED', r)

  const put = (url: string, o: any = {}) => app.inject({ method: 'PUT', url, ...o })
  let p = await put(`/api/alerts/${a2}/accept`)
  ok('accept', p.statusCode === 200 && p.json().status === 'ACCEPTED' && p.json().assignedTo.id === cem && p.json().escalation.status === 'STOPPED' && p.json().acknowledgedByType === 'USER', p.payload)
  ok('responders', JSON.stringify(p.json().responders.map((x: any) => x.status)) === '["PENDING","ACCEPTED"]', p.json().responders)
  p = await put(`/api/alerts/${a2}/accept`, { payload: {} }); ok('accept again', p.statusCode === 200)
  p = await put(`/api/alerts/${a2}/resolve`); ok('resolve empty body', p.statusCode === 200 && p.json().status === 'RESOLVED', p.payload)
  p = await put(`/api/alerts/${a2}/accept`); ok('accept resolved 409', p.statusCode === 409, p.payload)
  actor = { kind: 'automation' }
  p = await put(`/api/alerts/${alertIds[5]}/resolve`, { payload: { comment: ' done\u0000 ' } }); ok('resolve comment', p.statusCode === 200 && p.json().resolvedByType === 'SOURCE', p.payload)
  r = await get(`/api/alerts/${alertIds[5]}/log-entries`); ok('comment line', r.b.some((e: any) => e.text.endsWith('— done')), r.b)
  actor = { kind: 'person', role: 'GUEST', personId: cem, name: 'x' }
  p = await put(`/api/alerts/${a1}/accept`); ok('guest 403', p.statusCode === 403)
  r = await get('/api/deliveries'); ok('guest deliveries 403', r.s === 403)
  actor = { kind: 'automation' }

  // deliveries
  const ins = (body: Buffer, event: string | null, outcome = 'NEW') => { const id = randomUUID(); return db.insertInto('delivery').values({ alert_source_id: sourceId, id, received_at: now, answer_status: 200, headers: '{"content-type":"application/json"}', body, outcome, rule: null, reason: 'a 100% reason', event, alert_key: 'wdc:request:1', alert_id: a1, attempts: 0, due_at: now, confirmation: null, processed_at: null } as any).execute().then(() => id) }
  const d1 = await ins(Buffer.from('{"subject":"Größe \\"x\\" MAIL"}'), 'request.create'); const d2 = await ins(Buffer.from([0xff, 0xfe, 0, 65, 66]), null, 'QUARANTINED')
  r = await get('/api/deliveries'); ok('deliveries', r.s === 200 && r.b[0].id === d2 && r.b[0].bytes === 5 && r.b[0].alert.id === a1 && r.q === 1, r)
  r = await get(`/api/deliveries/${d2}`); ok('delivery lossy', r.s === 200 && r.b.body.includes('\ufffd'), r)
  r = await get(`/api/deliveries/${randomUUID()}`); ok('delivery 404', r.s === 404)
  r = await get('/api/deliveries/x'); ok('delivery 400', r.s === 400)
  for (const [q, ids] of [['query=größe', [d1]], ['query=mail', [d1]], ['query=AB', [d2]], ['query=request.CREATE', [d1]], ['query=100%25', [d2, d1]], ['query=%25%25', []], ['outcome=QUARANTINED', [d2]], ['query=\\"x\\"', [d1]], [`alert=${a1}`, [d2, d1]], ['alert=9007199254740991', []], ['alert-source=99999999999', []], [`alert-source=${sourceId}&query=reason&outcome=NEW`, [d1]]] as const) {
    r = await get(`/api/deliveries?${encodeURI(q).replaceAll('%25', '%')}`); ok(`deliveries ${q}`, r.s === 200 && JSON.stringify(r.b.map((x: any) => x.id)) === JSON.stringify(ids), r)
  }

  // answer page
  const n1 = await db.selectFrom('notification').selectAll().where('alert_id', '=', a1).executeTakeFirstOrThrow()
  const token = answerToken(n1.id, secrets)
  const snapshot = async () => JSON.stringify([(await sql`select * from alert order by id`.execute(db)).rows, (await sql`select * from escalation order by alert_id`.execute(db)).rows, (await sql`select * from notification order by id`.execute(db)).rows, (await sql`select count(*) from timeline_entry`.execute(db)).rows])
  const before = await snapshot()
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) for (const d of ['accept', 'resolve', 'x']) { const q = await app.inject({ method, url: `/answer/${token}?do=${d}` }); if (d === 'accept') console.log(method, q.statusCode, q.headers['referrer-policy'], q.headers['cache-control']) }
  const form = (url: string, payload: string, headers: any = {}) => app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } })
  let f = await form(`/answer/${token}`, 'do=accept', { 'sec-fetch-site': 'cross-site' }); ok('cross-site 403', f.statusCode === 403 && f.payload.includes('another site'), f.payload)
  f = await form(`/answer/${token}`, 'do=accept', { origin: 'https://evil.example' }); ok('foreign origin 403', f.statusCode === 403)
  f = await form(`/answer/${token}`, 'do=explode'); ok('no verb 400', f.statusCode === 400 && f.payload.includes('Nothing was changed'))
  f = await app.inject({ method: 'POST', url: `/answer/${token}` }); ok('no body 400', f.statusCode === 400, f.statusCode)
  f = await app.inject({ method: 'POST', url: `/answer/${token}`, payload: { do: 'accept' } }); ok('json refused', f.statusCode === 415, f.statusCode)
  f = await form(`/answer/${token}`, `do=accept&x=${'y'.repeat(5000)}`); ok('too large', f.statusCode === 413, f.statusCode)
  f = await form(`/answer/${token.slice(0, 50)}${token[50] === 'x' ? 'y' : 'x'}${token.slice(51)}`, 'do=accept'); ok('forged 404', f.statusCode === 404)
  f = await form(`/answer/${randomUUID()}.x`, 'do=accept'); ok('forged 404', f.statusCode === 404)
  f = await app.inject({ url: '/answer/nonsense?do=accept', headers: { 'accept-language': 'de' } }); ok('unknown de', f.statusCode === 404 && f.payload.includes('Dieser Link'))
  ok('nothing changed', before === await snapshot())
  f = await form(`/answer/${token}`, 'do=accept', { 'sec-fetch-site': 'same-origin', origin: 'null' }); ok('accept', f.statusCode === 200 && f.payload.includes('You accepted it'), f.payload)
  const mid = await snapshot()
  f = await form(`/answer/${token}`, 'do=accept'); ok('again', f.statusCode === 200 && f.payload.includes('Already accepted by you'))
  ok('idempotent', mid === await snapshot())
  r = await get(`/api/alerts/${a1}/log-entries`); ok('through', r.b.some((e: any) => e.text === 'Accepted by Ann Test from the e-mail'), r.b)
  f = await form(`/answer/${token}`, 'do=resolve'); ok('resolve', f.payload.includes('You resolved it'))
  const end = await snapshot()
  f = await form(`/answer/${token}`, 'do=accept'); ok('late', f.statusCode === 200 && f.payload.includes('Already resolved by you'), f.payload)
  ok('late changes nothing', end === await snapshot())
  f = await app.inject({ url: '/answer/style.css' }); ok('css', f.headers['content-type'].startsWith('text/css'))
  // removed person, last wait
  const a3 = alertIds[10] as number, a4 = alertIds[11] as number, a5 = alertIds[12] as number
  const tok = async (a: number) => answerToken((await db.selectFrom('notification').selectAll().where('alert_id', '=', a).executeTakeFirstOrThrow()).id, secrets)
  await sql`update escalation set level_index = 3 where alert_id = ${a3}`.execute(db)
  r = await get(`/api/alerts/${a3}`); ok('last wait', r.b.escalation.next === null && r.b.nextEscalation !== null && /unattended/.test(r.b.escalation.reason), r.b.escalation)
  const tokens = { a: await tok(a3), b: await tok(a4), c: await tok(a5) }
  await sql`update alert set summary = ${'Nobody can log in: SSO answers 503 for every office since 03:12, and the helpdesk phone is flooded'} where id = ${a3}`.execute(db)
  if (process.env.SHOTS) {
    await app.listen({ port: 4599, host: '127.0.0.1' })
    await form(`/answer/${tokens.b}`, 'do=accept')
    const { chromium } = await import('playwright-core')
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(' ') })
    for (const scheme of ['light', 'dark'] as const) for (const width of [390, 1100]) {
      const ctx = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 760 } })
      const pg = await ctx.newPage()
      const bad: string[] = []
      pg.on('console', (m: any) => bad.push(m.text())); pg.on('pageerror', (e: any) => bad.push(String(e)))
      await pg.goto(`http://127.0.0.1:4599/answer/${tokens.a}?do=accept`); await pg.waitForTimeout(200)
      await pg.screenshot({ path: `/tmp/verify-h/ask-${scheme}-${width}.png` })
      console.log(scheme, width, 'overflow', await pg.evaluate('document.documentElement.scrollWidth > innerWidth'), bad)
      await ctx.close()
    }
    const ctx = await browser.newContext({ colorScheme: 'light', viewport: { width: 390, height: 760 } })
    const pg = await ctx.newPage()
    await pg.goto(`http://127.0.0.1:4599/answer/${tokens.b}?do=accept`); await pg.screenshot({ path: '/tmp/verify-h/already.png' })
    ok('visit with script changed nothing', (await get(`/api/alerts/${a3}`)).b.status === 'PENDING')
    await pg.goto(`http://127.0.0.1:4599/answer/${tokens.a}?do=accept`); await pg.click('button.primary'); await pg.waitForSelector('[role=status]'); await pg.screenshot({ path: '/tmp/verify-h/done.png' })
    ok('browser accepted', (await get(`/api/alerts/${a3}`)).b.status === 'ACCEPTED'); console.log('url', pg.url().slice(-10))
    await sql`update person set language = 'de' where id = ${ann}`.execute(db)
    await pg.goto(`http://127.0.0.1:4599/answer/${tokens.c}?do=resolve`); await pg.screenshot({ path: '/tmp/verify-h/de.png' })
    await pg.goto(`http://127.0.0.1:4599/answer/${tokens.c.slice(0, -3)}?do=resolve`); await pg.screenshot({ path: '/tmp/verify-h/unknown.png' })
    await browser.close()
  }
  await sql`update person set deleted_at = now() where id = ${ann}`.execute(db)
  f = await app.inject({ url: `/answer/${tokens.c}?do=accept` }); ok('removed person 404', f.statusCode === 404)
  r = await get(`/api/alerts/${a1}`); ok('deleted keeps name', r.b.resolvedBy.firstName === 'Ann', r.b)
  await app.close()
  // bulk speed
  await sql`insert into delivery (alert_source_id,id,received_at,answer_status,headers,body,outcome,attempts,due_at) select ${sourceId}, gen_random_uuid(), ${now}, 200, '{}', convert_to(repeat('{"payload": {"x": 1234567890}}', 70),'UTF8'), 'APPLIED', 1, ${now} from generate_series(1,60000)`.execute(dbs.housekeeping)
  await sql`insert into alert (alert_source_id, alert_key, alert_key_folded, summary, details, status, priority, escalation_policy_id, report_time, links, images, labels, event_count) select ${sourceId}, 'k'||g, 'k'||g, 'Bulk '||g, 'details', 'RESOLVED','HIGH', ${policyId}, ${now}::timestamptz - g * interval '1 minute', '[]','[]','{}',1 from generate_series(1,200000) g`.execute(dbs.housekeeping)
  await sql`analyze`.execute(db)
  const { findDeliveries } = await import('./intake/deliveries/store.ts'); const { findAlerts, countAlerts } = await import('./alerts/query.ts')
  const time = async (n: string, fn: () => Promise<any>) => { const t = performance.now(); const x = await fn(); console.log(n, Math.round(performance.now() - t), 'ms', Array.isArray(x) ? x.length : x) }
  const dq = { 'start-index': 0, 'max-results': 50 }
  await time('deliveries', () => findDeliveries(db, dq)); await time('deliveries miss', () => findDeliveries(db, { ...dq, query: 'zzz-not-there' })); await time('deliveries hit', () => findDeliveries(db, { ...dq, query: '12345' })); await time('deliveries outcome', () => findDeliveries(db, { ...dq, outcome: 'QUARANTINED' }))
  const aq: any = { 'start-index': 0, 'max-results': 50 }
  await time('alerts', () => findAlerts(db, aq)); await time('alerts open', () => findAlerts(db, { ...aq, states: ['PENDING', 'ACCEPTED'] })); await time('alerts miss', () => findAlerts(db, { ...aq, query: 'zzz' })); await time('count open', () => countAlerts(db, { ...aq, states: ['PENDING', 'ACCEPTED'] })); await time('count all', () => countAlerts(db, aq)); await time('responders', () => findAlerts(db, { ...aq, responders: ['ann@example.org'] })); await time('by source open', () => findAlerts(db, { ...aq, states: ['PENDING'], sources: [sourceId] })); await time('pages deep', () => findAlerts(db, { ...aq, 'start-index': 150000 }))
} catch (e) { failed++; console.log('CRASH', e) }
await dbs.close(); await pgd.stop(); fs.rmSync(dataDir, { recursive: true, force: true })
console.log('failed', failed)
process.exit(failed ? 1 : 0)
