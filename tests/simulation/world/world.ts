import type { Message } from '../../../server/channels/contract.ts'
import { createFlow } from '../../../server/flow.ts'
import type { Secrets } from '../../../server/runtime/secrets.ts'
import { type Chance, chanceOf } from '../chance.ts'
import { asDatabase, type Commit, directWire, MemoryDatabase, MemoryServer } from '../memory/database.ts'
import { DatabaseError } from '../memory/database-error.ts'
import { Agenda } from '../time/agenda.ts'
import { changePerson } from '../twins/directory/store.ts'
import { changePolicy } from '../twins/escalation/policies/store.ts'
import { ActionWatch, idOf } from '../watch/action-watch.ts'
import { ClimbWatch } from '../watch/climb-watch.ts'
import { HeartbeatWatch } from '../watch/heartbeat-watch.ts'
import { InboxWatch } from '../watch/inbox-watch.ts'
import { PageWatch } from '../watch/page-watch.ts'
import { ReminderWatch } from '../watch/reminder-watch.ts'
import { Trace } from '../watch/trace.ts'
import { Verdicts } from '../watch/verdicts.ts'
import { Watch } from '../watch/watch.ts'
import { WriteBackWatch } from '../watch/write-back-watch.ts'
import { POISON_KEY } from './deliveries.ts'
import { Fourme } from './fourme.ts'
import { furnish, personAt, valuesOf } from './furnish.ts'
import { watchfulLog } from './log.ts'
import { Monitored } from './monitored.ts'
import { links, Product } from './node.ts'
import { People } from './people.ts'
import { type Fault, type Plan, type PlannedSource, planOf, policyOf } from './plan.ts'
import { PostOffice, type Receipt } from './post-office.ts'
import { InjectedError, Process, type Roads } from './process.ts'
import { Receivers } from './receivers.ts'
import { Rounds } from './rounds.ts'
import { Senders } from './senders.ts'
import { Weather } from './weather.ts'

const START_MS = Date.UTC(2026, 2, 2)
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const HEALING_MS = 2 * 60 * MINUTE_MS
const ENRICHMENT_WAIT_MS = 1_500
const STOP_MS_MAX = 30_000
const CALLBACKS_MAX = 4
const CALL_AGAIN_MS = 30_000

/** Faults that delay nothing but what they concern. */
const HARMLESS: readonly Fault[] = ['poison', 'policy-edit', 'person-removed', 'provider-down']
const AWAY = new InjectedError('ECONNREFUSED', 'The database is away, injected.')

/** Sealed values in the clear: cryptography has tests of its own, and here it would take a tenth of the time. */
const openSecrets: Secrets = {
  seal: (text) => Buffer.from(text),
  open: (sealed) => sealed.toString(),
  mac: (_purpose, text) => Buffer.from(text),
}
/** What poison does to the transaction that reads it: the one failure is its own, the other might be anything's. */
const POISONS = [
  new InjectedError('22P05', 'a value that cannot be stored, injected'),
  new InjectedError('57014', 'canceling statement due to statement timeout, injected'),
] as const

export interface Outcome {
  seed: number
  violations: string[]
  violationCount: number
  hash: string
  figures: Record<string, number>
}

/** One seed: so many days of a world with faults, two hours to heal, and the judgement. */
export function simulate(seed: number, days: number, tell: ((line: string) => void) | null = null): Promise<Outcome> {
  return new World(planOf(seed), tell).run(days)
}

class World {
  readonly #plan: Plan
  readonly #agenda = new Agenda()
  readonly #server: MemoryServer
  readonly #verdicts: Verdicts
  readonly #trace: Trace
  readonly #sources: Map<number, PlannedSource>
  readonly #inbox: InboxWatch
  readonly #pages: PageWatch
  readonly #climbs: ClimbWatch
  readonly #watch: Watch
  readonly #rounds: Rounds
  readonly #postOffice: PostOffice
  readonly #people: People
  readonly #senders: Senders
  readonly #fourme: Fourme
  readonly #writes: WriteBackWatch
  readonly #actions: ActionWatch
  readonly #receivers: Receivers
  readonly #reminders: ReminderWatch
  readonly #monitored: Monitored
  readonly #heartbeats: HeartbeatWatch
  readonly #weather: Weather
  readonly #roadChance: Chance
  readonly #nodeChance: Chance
  readonly #nodes: { product: Product | null; beganMs: number }[]
  /** Processes that a fault hit: what they do late is the fault's. */
  readonly #hit = new WeakSet<Process>()
  #databaseAway: 'refuses' | 'silent' | null = null
  /** The database's clock minus virtual time. */
  #dbAheadMs = START_MS
  /** The latest that the database's clock has shown. */
  #dbLatestMs = 0
  #lives = 0

  constructor(plan: Plan, tell: ((line: string) => void) | null) {
    this.#plan = plan
    const agenda = this.#agenda
    const elapsedMs = () => agenda.nowMs
    const dbNowMs = () => agenda.nowMs + this.#dbAheadMs
    const dbLatestMs = () => {
      this.#dbLatestMs = Math.max(this.#dbLatestMs, dbNowMs())
      return this.#dbLatestMs
    }
    this.#server = new MemoryServer({ nowMs: dbNowMs, onCommit: (commit) => this.#hear(commit) })
    const { tables } = this.#server
    this.#sources = furnish(tables, plan, openSecrets, new Date(dbNowMs()))
    const poison = chanceOf(plan.seed, 'poison').oneOf(POISONS)
    tables.known_record.refusal = (row) => (row.alert_key_folded === POISON_KEY ? poison : null)
    this.#roadChance = chanceOf(plan.seed, 'roads')
    this.#nodeChance = chanceOf(plan.seed, 'nodes')
    this.#nodes = Array.from({ length: plan.nodes }, () => ({ product: null, beganMs: 0 }))

    const verdicts = new Verdicts(elapsedMs)
    this.#verdicts = verdicts
    this.#trace = new Trace(tell)
    const isPunctual = [...plan.faults].every((fault) => HARMLESS.includes(fault))
    this.#inbox = new InboxWatch({ tables, verdicts, sources: this.#sources, isPunctual })
    this.#pages = new PageWatch(tables, verdicts, (process) => process.isDead || this.#hit.has(process))
    this.#climbs = new ClimbWatch({
      tables,
      verdicts,
      enrichmentWaitMs: ENRICHMENT_WAIT_MS,
      isPunctual,
    })
    this.#heartbeats = new HeartbeatWatch({ tables, verdicts, dbNowMs })
    this.#writes = new WriteBackWatch(tables, verdicts)
    this.#actions = new ActionWatch(tables, verdicts)
    this.#receivers = new Receivers({
      chance: chanceOf(plan.seed, 'receivers'),
      nature: plan.receiver,
      ears: {
        isCalled: (runId, process) => {
          this.#trace.add(`${elapsedMs()} calls for run ${runId}`)
          this.#actions.attempts.seeCall(idOf(runId), process)
        },
        hasSaid: (runId, said) => this.#actions.seeAnswer(runId, said),
      },
    })
    this.#reminders = new ReminderWatch({ tables, verdicts, isPunctual }, plan, START_MS)
    this.#people = new People(
      {
        agenda,
        someProduct: (chance) => this.#someProduct(chance),
        personOf: (target) => this.#personOf(target),
        keyOfAlert: (id) => tables.alert.get(id)?.alert_key_folded ?? null,
      },
      plan,
    )
    this.#watch = new Watch({
      tables,
      verdicts,
      trace: this.#trace,
      inbox: this.#inbox,
      pages: this.#pages,
      climbs: this.#climbs,
      heartbeats: this.#heartbeats,
      writes: this.#writes,
      actions: this.#actions,
      reminders: this.#reminders,
      dbNowMs,
      dbLatestMs,
      elapsedMs,
      beganMs: (process) => this.#nodes[process.node]?.beganMs ?? null,
      isNew: (alert) => this.#people.seeNew(alert.id),
    })
    this.#postOffice = new PostOffice({
      agenda,
      chance: chanceOf(plan.seed, 'provider'),
      nature: plan.provider,
      ears: {
        isAsked: (process, message) => {
          if (this.#reminders.attempts.has(message.id)) this.#reminders.attempts.seeCall(message.id, process)
          if (message.kind !== 'page') return
          this.#trace.add(
            `${elapsedMs()} sends ${message.target} ${message.alert.id} ${message.round}/${message.levelIndex}`,
          )
          this.#pages.seeCall(message.id, process, elapsedMs())
        },
        hasSaid: (process, message, outcome) => {
          if (outcome.kind === 'retry') this.#reminders.attempts.seeFailure(message.id)
          if (message.kind === 'page') this.#pages.seeAnswer(message.id, process, outcome)
        },
        isDelivered: (message) => this.#people.read(message),
        isConfirmed: (message, receipt) => this.#confirm(message, receipt),
      },
    })
    this.#rounds = new Rounds({
      agenda,
      stations: this.#anyFlow(),
      chance: chanceOf(plan.seed, 'rounds'),
      dbAheadMs: () => this.#dbAheadMs,
      wake: (station, everybody) => this.#wake(station, everybody),
      isStuck: (station) => verdicts.stuck(`${station} has something due, and it stays undone`),
    })
    this.#fourme = new Fourme({
      nowMs: () => START_MS + agenda.nowMs,
      tell: (change) => this.#senders.tellChange(change),
    })
    this.#senders = new Senders(
      {
        agenda,
        fourme: this.#fourme,
        nowMs: dbNowMs,
        someProduct: (chance) => this.#someProduct(chance),
        isTried: (delivery) => this.#inbox.isTried(delivery),
        isPromised: (id) => {
          this.#inbox.isPromised(id)
          const effect = this.#inbox.letterOf(id)?.meaning.effect
          if (effect === 'ACCEPT' || effect === 'RESOLVE') agenda.after(0, () => this.#weather.answerIsPromised())
        },
      },
      plan,
    )
    this.#monitored = new Monitored(
      {
        agenda,
        someProduct: (chance) => this.#someProduct(chance),
        isHeard: (id) => this.#heartbeats.isHeard(id),
      },
      plan,
    )
    this.#weather = new Weather(
      {
        agenda,
        running: () => this.#running().map((product) => product.process),
        restart: (process, chance) => this.#restart(process, chance),
        setDatabaseAway: (reason) => this.#setDatabaseAway(reason),
        setProviderDown: (isDown) => {
          this.#postOffice.isDown = isDown
          this.#receivers.isDown = isDown
        },
        cutPower: (ms) => this.#cutPower(ms),
        jumpClock: (ms) => this.#jumpClock(ms),
        editPolicy: (chance) => void this.#editPolicy(chance),
        removePerson: (chance) => void this.#removePerson(chance),
      },
      plan,
    )
  }

  async run(days: number): Promise<Outcome> {
    for (const node of this.#nodes.keys()) this.#agenda.at(0, () => this.#start(node))
    for (const [id, source] of this.#sources) {
      if (source.type !== 'HEARTBEAT') this.#senders.start(id, source)
    }
    const monitors = [...this.#sources.values()].flatMap((source) => source.monitors)
    for (const [index, monitor] of monitors.entries()) this.#monitored.start(index + 1, monitor)
    this.#weather.start()
    const isGivenUp = () => this.#verdicts.isHopeless
    await this.#agenda.runUntil(days * DAY_MS, isGivenUp)
    if (isGivenUp()) return this.#outcome(days)
    this.#weather.calm()
    this.#receivers.recover()
    this.#senders.finish()
    this.#monitored.finish()
    for (const node of this.#nodes.keys()) this.#agenda.after(0, () => this.#start(node))
    await this.#agenda.runUntil(days * DAY_MS + HEALING_MS, isGivenUp)
    this.#judgeEnd()
    return this.#outcome(days)
  }

  #judgeEnd(): void {
    this.#verdicts.unless(!this.#senders.hasOpenLetters, 'ING-3', () => 'senders still wait for their promise')
    this.#inbox.judgeEnd(this.#server.nowMs())
    this.#pages.judgeEnd(this.#server.nowMs())
    this.#climbs.judgeEnd(this.#server.nowMs())
    this.#heartbeats.judgeEnd()
    this.#writes.judgeEnd(this.#fourme, this.#server.nowMs())
    this.#actions.judgeEnd(this.#server.nowMs())
    this.#reminders.judgeEnd(this.#server.nowMs())
  }

  #outcome(days: number): Outcome {
    return {
      seed: this.#plan.seed,
      violations: this.#verdicts.sentences,
      violationCount: this.#verdicts.count,
      hash: this.#trace.hash,
      figures: {
        days,
        events: this.#agenda.happened,
        deliveries: this.#inbox.promised,
        alerts: this.#watch.alerts,
        firings: this.#climbs.firings,
        unattended: this.#climbs.unattended,
        returns: this.#climbs.returns,
        silences: this.#heartbeats.silences,
        'write-backs': this.#writes.planned,
        'writes in 4me': this.#fourme.writes,
        'action runs': this.#actions.attempts.count,
        'action calls': this.#actions.attempts.calls,
        'action copies': this.#actions.attempts.copies,
        reminders: this.#reminders.count,
        'reminder calls': this.#reminders.attempts.calls,
        notifications: this.#pages.count,
        calls: this.#pages.calls,
        copies: this.#pages.copies,
        bundled: this.#pages.bundled,
        'stale claims': this.#pages.staleClaims,
        'calls after an answer': this.#pages.callsAfterAnswer,
        ...Object.fromEntries(this.#weather.counts),
      },
    }
  }

  #hear(commit: Commit): void {
    this.#watch.see(commit)
    this.#rounds.look()
  }

  // Nodes

  #start(node: number): void {
    const place = this.#nodes[node]
    if (!place || place.product !== null) return
    const process = new Process(
      { node, life: this.#lives++ },
      {
        agenda: this.#agenda,
        server: this.#server,
        roads: this.#roads,
        ears: {
          wasHit: (hit, kind, point) => {
            this.#trace.add(`${this.#agenda.nowMs} node ${hit.node} ${kind} at ${point}`)
            this.#weather.struck(kind)
            this.#hit.add(hit)
            this.#seeFault(hit)
          },
          hasDied: (dead) => this.#hasDied(dead),
          goesOn: () => this.#rounds.look(),
          runsInCircles: (one) => this.#verdicts.stuck(`node ${one.node} runs in circles`),
        },
      },
    )
    place.beganMs = this.#server.nowMs()
    const chance = chanceOf(this.#plan.seed, `node ${node} life ${process.life}`)
    process.enter(() => {
      place.product = new Product(process, {
        secrets: openSecrets,
        channelsOf: (one) => this.#postOffice.channelsOf(one),
        outboundOf: (one) => this.#receivers.reachedBy(one, this.#fourme.apiOf(one, chance)),
        log: watchfulLog(this.#verdicts),
        random: chance.fraction,
        slotsMax: this.#plan.slotsMax,
        enrichmentWaitMs: ENRICHMENT_WAIT_MS,
        stormPages: this.#plan.stormPages,
      })
    })
    this.#rounds.look()
  }

  #hasDied(process: Process): void {
    const place = this.#nodes[process.node]
    if (place?.product?.process !== process) return
    place.product = null
    this.#agenda.after(this.#nodeChance.magnitude(100, 30 * MINUTE_MS), () => this.#start(process.node))
  }

  #cutPower(ms: number): void {
    this.#trace.add(`${this.#agenda.nowMs} power fails`)
    this.#everybodyIsHit()
    for (const [node, place] of this.#nodes.entries()) {
      const process = place.product?.process
      place.product = null
      process?.die()
      this.#agenda.after(ms + this.#nodeChance.between(0, 5_000), () => this.#start(node))
    }
  }

  #restart(process: Process, chance: Chance): void {
    const product = this.#nodes[process.node]?.product
    if (product?.process !== process) return
    const end = () => {
      if (process.isDead) return
      // Whatever it still had in hand is cut off.
      this.#seeFault(process)
      process.die()
    }
    this.#agenda.after(chance.between(1_000, STOP_MS_MAX), end)
    process.enter(() => void product.stop().then(end))
  }

  #running(): Product[] {
    return this.#nodes.flatMap(({ product }) => (product?.process.isRunning ? [product] : []))
  }

  /** A node that takes connections; one that was stopped takes them too, and does not answer. */
  #someProduct(chance: Chance): Product | null {
    const alive = this.#nodes.flatMap(({ product }) => product ?? [])
    return alive[chance.between(0, alive.length - 1)] ?? null
  }

  /** Wakes a station of one node, or of all; false when there is nobody to wake. */
  #wake(station: string, everybody: boolean): boolean {
    const running = this.#running()
    const somebody = running.length === 1 ? 0 : this.#nodeChance.between(0, running.length - 1)
    for (const [index, product] of running.entries()) {
      if (everybody || index === somebody) this.#agenda.after(0, () => product.wake(station))
    }
    return running.length > 0
  }

  // The database

  readonly #roads: Roads = {
    delayMs: () => (this.#plan.roadMsMax === 0 ? 0 : this.#roadChance.between(0, this.#plan.roadMsMax)),
    trouble: () => {
      if (this.#databaseAway === null) return null
      return { afterMs: this.#databaseAway === 'refuses' ? 1 : 3_000, cause: AWAY }
    },
  }

  #setDatabaseAway(reason: 'refuses' | 'silent' | null): void {
    if (reason === this.#databaseAway) return
    this.#trace.add(`${this.#agenda.nowMs} database ${reason ?? 'back'}`)
    this.#databaseAway = reason
    if (reason === null) {
      this.#rounds.look()
      return
    }
    this.#everybodyIsHit()
  }

  #jumpClock(ms: number): void {
    this.#trace.add(`${this.#agenda.nowMs} clock jumps ${ms}`)
    this.#dbLatestMs = Math.max(this.#dbLatestMs, this.#server.nowMs())
    this.#reminders.seeTrouble(this.#server.nowMs(), this.#server.nowMs() + ms)
    this.#dbAheadMs += ms
    this.#everybodyIsHit()
    this.#rounds.look()
  }

  /** Whatever this process has in hand may be done once more; null: whatever anybody has. */
  #seeFault(process: Process | null): void {
    this.#pages.seeFault(process)
    this.#actions.attempts.seeFault(process)
    this.#reminders.attempts.seeFault(process)
    this.#reminders.seeTrouble(this.#server.nowMs(), this.#server.nowMs())
  }

  #everybodyIsHit(): void {
    this.#seeFault(null)
    for (const product of this.#nodes) if (product.product) this.#hit.add(product.product.process)
  }

  /** A provider calls back until it is heard. */
  #confirm(message: Message, receipt: Receipt, tries = 1): void {
    if (message.kind !== 'page') return
    const again = () => {
      if (tries < CALLBACKS_MAX) this.#agenda.after(CALL_AGAIN_MS, () => this.#confirm(message, receipt, tries + 1))
    }
    const product = this.#someProduct(this.#nodeChance)
    if (product === null) again()
    else product.process.enter(() => void product.confirm(message.id, receipt).catch(again))
  }

  get #cast() {
    const { people, teams, schedules } = this.#plan
    return { people: people.length, teams: teams.length, schedules: schedules.length }
  }

  // People

  #personOf(target: string): { index: number; id: number; name: string } | null {
    const index = personAt(target)
    const row = this.#server.tables.person.get(index + 1)
    return row ? { index, id: row.id, name: row.first_name } : null
  }

  async #editPolicy(chance: Chance): Promise<void> {
    const id = chance.between(1, this.#plan.policies.length)
    const values = valuesOf(policyOf(chance, this.#cast), `Policy ${id}, edited`)
    await this.#byAdministrator()
      .transaction()
      .execute((tx) => changePolicy(tx, id, values, new Date(this.#server.nowMs())))
  }

  async #removePerson(chance: Chance): Promise<void> {
    const id = chance.between(1, this.#plan.people.length)
    const now = new Date(this.#server.nowMs())
    const isBack = this.#server.tables.person.get(id)?.deleted_at !== null
    await this.#byAdministrator()
      .transaction()
      .execute((tx) => changePerson(tx, id, { deleted_at: isBack ? null : now }, now))
  }

  #byAdministrator() {
    return asDatabase(new MemoryDatabase(this.#server))
  }

  /** A flow that nothing happens to; it is only asked when something is due. */
  #anyFlow() {
    const db = asDatabase(new MemoryDatabase(this.#server, directWire))
    const neverAsked = () => Promise.reject(new DatabaseError('0A000', 'This flow is not turned.'))
    const flow = createFlow({
      databases: { engine: db, writeback: db, housekeeping: db },
      clock: { now: neverAsked, wait: neverAsked },
      secrets: openSecrets,
      outbound: neverAsked,
      channels: {
        kinds: [],
        find: neverAsked,
        all: neverAsked,
        troubles: neverAsked,
        settingsOf: neverAsked,
        close: neverAsked,
      },
      stormPages: 0,
      links,
      process: 'nobody',
      enrichmentWaitMs: ENRICHMENT_WAIT_MS,
      random: () => 0,
      log: watchfulLog(this.#verdicts),
    })
    return flow
  }
}
