import { type Actor, requireRight } from '../../access/actor.ts'
import { audit } from '../../audit/store.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { tellLive } from '../../database/notify.ts'
import type { StoredLevel } from '../../database/tables.ts'
import { requireStorable } from '../../database/values.ts'
import { holdPeople, holdTeams, violates } from '../../directory/store.ts'
import { holdSchedules } from '../../oncall/store.ts'
import { invariant } from '../../runtime/invariant.ts'
import { fieldProblem, Problem } from '../../runtime/problem.ts'
import { type EscalationPolicy, type EscalationPolicyInput, type EscalationRuleInput, TARGETS_MAX } from '../schema.ts'
import {
  changeLevels,
  changePolicy,
  insertPolicy,
  lockDefaultPolicy,
  lockPolicy,
  type PolicyRow,
  type PolicyValues,
  policyRow,
  replacePolicyTeams,
} from './store.ts'
import { viewPolicies } from './view.ts'

/** Adds an escalation policy. */
export async function addPolicy(
  db: Database,
  actor: Actor,
  input: EscalationPolicyInput,
  now: Date,
): Promise<EscalationPolicy> {
  requireRight(actor, 'edit')
  const values = valuesOf(input)
  return db.transaction().execute(async (tx) => {
    await requireTargets(tx, input.escalationRules ?? [], 'escalationRules.')
    const teamIds = await teamIdsOf(tx, input.teams ?? [])
    const id = await insertPolicy(tx, values, { isDefault: false }, now).catch((cause) => {
      throw routingKeyProblem(cause, values)
    })
    await replacePolicyTeams(tx, id, teamIds)
    return saved(tx, actor, 'created', id, { name: values.name, levels: values.levels }, now)
  })
}

/** Replaces an escalation policy. Teams that are absent or null stay; climbs under way keep the levels they began with. */
export async function replacePolicy(
  db: Database,
  actor: Actor,
  id: number,
  input: EscalationPolicyInput,
  now: Date,
): Promise<EscalationPolicy> {
  requireRight(actor, 'edit')
  return db.transaction().execute(async (tx) => {
    const values = await replacePolicyIn(tx, id, input, now)
    return saved(tx, actor, 'changed', id, { name: values.name, levels: values.levels }, now)
  })
}

/** The same in the caller's transaction, without a word to anybody; returns what is kept now. */
export async function replacePolicyIn(
  tx: Tx,
  id: number,
  input: EscalationPolicyInput,
  now: Date,
): Promise<PolicyValues> {
  const values = valuesOf(input)
  await lockExisting(tx, id)
  await requireTargets(tx, input.escalationRules ?? [], 'escalationRules.')
  const teamIds = input.teams ? await teamIdsOf(tx, input.teams) : null
  await changePolicy(tx, id, values, now).catch((cause) => {
    throw routingKeyProblem(cause, values)
  })
  if (teamIds) await replacePolicyTeams(tx, id, teamIds)
  return values
}

/** Replaces one level, counted from 0 as its place in `escalationRules`. */
export async function replaceLevel(
  db: Database,
  actor: Actor,
  place: { policyId: number; levelIndex: number },
  rule: EscalationRuleInput,
  now: Date,
): Promise<EscalationPolicy> {
  requireRight(actor, 'edit')
  return db.transaction().execute(async (tx) => {
    const policy = await lockExisting(tx, place.policyId)
    if (place.levelIndex >= policy.levels.length) {
      throw new Problem(
        'not-found',
        `The policy has no level ${place.levelIndex}: its first is 0 and its last ${policy.levels.length - 1}.`,
      )
    }
    await requireTargets(tx, [rule], '')
    const levels = policy.levels.with(place.levelIndex, levelOf(rule))
    await changeLevels(tx, policy.id, levels, now)
    return saved(tx, actor, 'changed', policy.id, { name: policy.name, levels }, now)
  })
}

const DEFAULT_TIMEOUT_MINUTES = 5

/** Makes the policy named Default, with one level and nobody on it, unless it is there; returns its id. */
export async function ensureDefaultPolicy(tx: Tx, now: Date): Promise<number> {
  return (await defaultPolicy(tx, now)).id
}

/** Puts a person on the first level of the Default policy. */
export async function putOnDefaultPolicy(tx: Tx, personId: number, now: Date): Promise<void> {
  const policy = await defaultPolicy(tx, now)
  const [first, ...rest] = policy.levels
  invariant(first, 'a policy has a level')
  if (first.userIds.includes(personId)) return
  await changeLevels(tx, policy.id, [{ ...first, userIds: [...first.userIds, personId] }, ...rest], now)
  await tellLive(tx, { kind: 'status' })
}

async function defaultPolicy(tx: Tx, now: Date): Promise<{ id: number; levels: StoredLevel[] }> {
  const policy = await lockDefaultPolicy(tx)
  if (policy) return policy
  const values: PolicyValues = {
    name: 'Default',
    levels: [{ timeoutMinutes: DEFAULT_TIMEOUT_MINUTES, userIds: [] }],
    repeating: false,
    frequency: 1,
    delayMinutes: 0,
    routingKey: null,
    acceptTimeoutMinutes: null,
  }
  const id = await insertPolicy(tx, values, { isDefault: true }, now)
  return { id, levels: values.levels }
}

/** A request as it is stored: defaults are explicit, and at least one level is there. */
export function valuesOf(input: EscalationPolicyInput): PolicyValues {
  requireStorable({ name: input.name, routingKey: input.routingKey })
  const levels = (input.escalationRules ?? []).map(levelOf)
  if (levels.length === 0) throw fieldProblem('escalationRules', 'A policy needs at least one level.')
  return {
    name: input.name,
    levels,
    repeating: input.repeating ?? false,
    frequency: Math.max(1, input.frequency ?? 1),
    delayMinutes: input.delayMin ?? 0,
    routingKey: input.routingKey || null,
    acceptTimeoutMinutes: input.acceptTimeoutMin || null,
  }
}

/** A level as it is stored; a legacy single target counts when its list names none. */
export function levelOf(rule: EscalationRuleInput): StoredLevel {
  const ids = (kind: TargetKind) => [...new Set(targetsOf(rule, kind).map((target) => target.id))]
  const [scheduleIds, teamIds] = [ids('schedule'), ids('team')]
  return {
    timeoutMinutes: rule.escalationTimeout,
    userIds: ids('user'),
    ...(scheduleIds.length > 0 ? { scheduleIds } : {}),
    ...(teamIds.length > 0 ? { teamIds } : {}),
    ...(rule.roundRobin ? { inTurn: true } : {}),
  }
}

type TargetKind = 'user' | 'schedule' | 'team'
const HOLD = {
  user: { hold: holdPeople, noun: 'person' },
  schedule: { hold: holdSchedules, noun: 'on-call schedule' },
  team: { hold: holdTeams, noun: 'team' },
} as const

function targetsOf(rule: EscalationRuleInput, kind: TargetKind): { id: number; field: string }[] {
  const many = rule[`${kind}s`]
  if (many && many.length > 0) return many.map(({ id }, index) => ({ id, field: `${kind}s.${index}.id` }))
  const single = rule[kind]
  return single ? [{ id: single.id, field: `${kind}.id` }] : []
}

async function requireTargets(tx: Tx, rules: readonly EscalationRuleInput[], path: string): Promise<void> {
  for (const kind of ['user', 'schedule', 'team'] as const) {
    const targets = rules.flatMap((rule, index) =>
      targetsOf(rule, kind).map(({ id, field }) => ({ id, field: path === '' ? field : `${path}${index}.${field}` })),
    )
    const known = await HOLD[kind].hold(tx, [...new Set(targets.map((target) => target.id))])
    const unknown = targets.find((target) => !known.has(target.id))
    if (unknown) throw fieldProblem(unknown.field, `There is no ${HOLD[kind].noun} ${unknown.id}.`)
  }
  for (const [index, rule] of rules.entries()) {
    const { userIds, scheduleIds = [], teamIds = [] } = levelOf(rule)
    if (userIds.length + scheduleIds.length + teamIds.length > TARGETS_MAX) {
      throw fieldProblem(
        `${path}${path === '' ? '' : `${index}.`}users`,
        `A level asks at most ${TARGETS_MAX} targets.`,
      )
    }
  }
}

async function teamIdsOf(tx: Tx, references: readonly { id: number }[]): Promise<number[]> {
  const ids = references.map((team) => team.id)
  const teams = await holdTeams(tx, ids)
  const unknown = ids.findIndex((id) => !teams.has(id))
  if (unknown >= 0) throw fieldProblem(`teams.${unknown}.id`, `There is no team ${ids[unknown]}.`)
  return [...new Set(ids)]
}

function routingKeyProblem(cause: unknown, values: PolicyValues): unknown {
  if (!violates(cause, 'escalation_policy_routing_key')) return cause
  return fieldProblem('routingKey', `Another policy has the routing key ${values.routingKey} already.`)
}

/** The answer to a policy that does not exist. */
export function noSuchPolicy(): Problem {
  return new Problem('not-found', 'There is no such escalation policy.')
}

async function lockExisting(tx: Tx, id: number): Promise<PolicyRow> {
  const policy = await lockPolicy(tx, id)
  if (!policy) throw noSuchPolicy()
  return policy
}

async function saved(
  tx: Tx,
  actor: Actor,
  verb: string,
  id: number,
  details: Record<string, unknown>,
  now: Date,
): Promise<EscalationPolicy> {
  await auditPolicy(tx, actor, verb, id, details, now)
  await tellLive(tx, { kind: 'status' })
  const row = await policyRow(tx, id)
  const [policy] = row ? await viewPolicies(tx, [row], now) : []
  invariant(policy, 'a policy just saved is there')
  return policy
}

async function auditPolicy(
  tx: Tx,
  actor: Actor,
  verb: string,
  id: number,
  details: Record<string, unknown>,
  now: Date,
): Promise<void> {
  const line = { action: `escalation-policy.${verb}`, objectType: 'escalation-policy', objectId: id, details }
  await audit(tx, actor, line, now)
}
