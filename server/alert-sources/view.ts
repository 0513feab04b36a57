import { type Kysely, sql } from 'kysely'
import type * as z from 'zod'
import type { Database, Tx } from '../database/connection.ts'
import type { Tables } from '../database/tables.ts'
import { integrationByType } from '../integrations/index.ts'
import { sourcesInMaintenance } from '../maintenance/store.ts'
import { AlertPriorityRule } from '../oncall/support-hours/schema.ts'
import type { Secrets } from '../runtime/secrets.ts'
import { diagnose } from './diagnose.ts'
import { keysOfSources, type StoredKey } from './keys/store.ts'
import { viewRules } from './rules/stored.ts'
import {
  AlertCreation,
  type AlertSource,
  AutoResolution,
  GroupingWindow,
  type SetupStep,
  type Verification,
} from './schema.ts'
import { shownSettings } from './settings.ts'
import { openSecretSettings, type SourceRow } from './store.ts'
import { type VerificationRow, verificationsOf } from './verifications/store.ts'

export interface ViewContext {
  secrets: Secrets
  publicUrl: string
  /** Only who may edit a source sees its key. */
  showsKeys: boolean
}

const VERIFICATIONS_SHOWN = 10
const KEY_END_SHOWN = 4

/** Sources as the API shows them, in the order given. */
export async function viewSources(
  db: Database | Tx,
  rows: readonly SourceRow[],
  context: ViewContext,
  now: Date,
): Promise<AlertSource[]> {
  const ids = rows.map((row) => row.id)
  if (ids.length === 0) return []
  const [keys, policies, teams, warnings, open, traffic, verifications, maintenance, hours] = await Promise.all([
    keysOfSources(db, ids, context.secrets, now),
    policyNames(
      db,
      rows.map((row) => row.escalation_policy_id),
    ),
    teamsOf(db, ids),
    warningsOf(db, ids),
    openAlertsOf(db, ids),
    trafficOf(db, ids),
    verificationsOf(db, ids, VERIFICATIONS_SHOWN),
    sourcesInMaintenance(db, ids, now),
    supportHoursNames(db, ids),
  ])
  return rows.map((row) => {
    const own = <T extends { alert_source_id: number }>(list: readonly T[]) =>
      list.filter((one) => one.alert_source_id === row.id)
    const asked = own(verifications)
    return {
      ...plainFacts(row),
      ...keyFacts(
        row,
        keys.filter((key) => key.alertSourceId === row.id),
        context,
      ),
      status: statusOf(row, own(open)[0], maintenance.has(row.id)),
      maintenance: maintenanceOf(maintenance.get(row.id)),
      supportHours:
        row.support_hours_id === null
          ? null
          : { id: row.support_hours_id, name: hours.get(row.support_hours_id) ?? '' },
      escalationPolicy: { id: row.escalation_policy_id, name: policies.get(row.escalation_policy_id) ?? '' },
      teams: own(teams).map(({ id, name }) => ({ id, name })),
      integrationSettings: settingsShown(row, context.secrets),
      setup: setupOf(row, own(traffic)[0], asked),
      bidirectional: isBidirectional(row),
      diagnoses: diagnosesOf(row, own(traffic)[0], asked, own(warnings), now),
      warnings: own(warnings).map(({ code, text, at }) => ({ code, text, at: at.toISOString() })),
      verifications: asked.map(viewVerification),
    }
  })
}

function plainFacts(row: SourceRow) {
  return {
    id: row.id,
    name: row.name,
    integrationType: row.integration_type,
    active: row.active,
    alertCreation: AlertCreation.parse(row.alert_creation),
    alertGroupingWindow: GroupingWindow.nullable().parse(row.alert_grouping_window),
    autoResolutionTimeout: AutoResolution.nullable().parse(row.auto_resolution_timeout),
    alertPriorityRule: AlertPriorityRule.parse(row.alert_priority_rule),
    autoRaiseAlerts: row.auto_raise_alerts,
    ...viewRules(row.rules),
    setupStatus: 'FINISHED' as const,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

function keyFacts(row: SourceRow, keys: readonly StoredKey[], context: ViewContext) {
  const current = context.showsKeys ? keys.find((key) => key.expiresAt === null) : undefined
  const slug = integrationByType(row.integration_type)?.slug ?? row.integration_type.toLowerCase()
  return {
    integrationKey: current?.text ?? null,
    integrationUrl: current ? `${context.publicUrl}/api/v1/events/${slug}/${current.text}` : null,
    retiringKeys: keys.flatMap((key) =>
      key.expiresAt === null
        ? []
        : [{ endsWith: key.text.slice(-KEY_END_SHOWN), worksUntil: key.expiresAt.toISOString() }],
    ),
  }
}

function maintenanceOf(span: { id: number; until: Date } | undefined): AlertSource['maintenance'] {
  return span ? { id: span.id, until: span.until.toISOString() } : null
}

function statusOf(
  row: SourceRow,
  open: { pending: number; accepted: number } | undefined,
  isInMaintenance: boolean,
): AlertSource['status'] {
  if (!row.active) return 'DISABLED'
  if (isInMaintenance) return 'IN_MAINTENANCE'
  if (open && open.pending > 0) return 'PENDING'
  return open && open.accepted > 0 ? 'ALL_ACCEPTED' : 'ALL_RESOLVED'
}

function settingsShown(row: SourceRow, secrets: Secrets): Record<string, unknown> {
  const integration = integrationByType(row.integration_type)
  if (!integration || row.settings_saved_at === null) return {}
  return shownSettings(integration, row.settings, openSecretSettings(row, secrets))
}

function isBidirectional(row: SourceRow): boolean {
  const integration = integrationByType(row.integration_type)
  return (['ACCEPT', 'RESOLVE', 'COMMENT', 'REROUTE'] as const).some(
    (deed) => integration?.wantsDeed?.(deed, row.settings) ?? false,
  )
}

function diagnosesOf(
  row: SourceRow,
  traffic: Traffic | undefined,
  asked: readonly VerificationRow[],
  warnings: readonly { code: string; text: string }[],
  now: Date,
): AlertSource['diagnoses'] {
  const integration = integrationByType(row.integration_type)
  if (!integration?.settings) return []
  const [newest] = asked
  return diagnose(
    {
      title: integration.title,
      settingsSavedAt: row.settings_saved_at,
      firstDeliveryAt: traffic?.first_at ?? null,
      firstRecordAt: traffic?.first_record_at ?? null,
      lastDeliveryAt: traffic?.last_at ?? null,
      verification: newest ? { state: newest.state, reason: newest.reason } : null,
      missedAt: traffic?.missed_at ?? null,
      warnings,
    },
    now,
  )
}

interface Traffic {
  missed_at: Date | null
  alert_source_id: number
  first_at: Date | null
  first_record_at: Date | null
  last_at: Date | null
  last_event: string | null
  last_outcome: string | null
}

/** What the checklist shows: each step with the instant it was taken, or what is missing. */
function setupOf(
  row: SourceRow,
  traffic: Traffic | undefined,
  asked: readonly VerificationRow[],
): z.infer<typeof SetupStep>[] {
  const integration = integrationByType(row.integration_type)
  if (!integration?.settings) return []
  const verified = asked.find((one) => one.state === 'VERIFIED')
  // The other system sends records only to an address it has verified, once for all webhooks of one address.
  const verifiedAt = verified?.received_at ?? traffic?.first_record_at ?? null
  const step = (
    code: z.infer<typeof SetupStep>['code'],
    label: string,
    at: Date | null,
    done: string | null,
    missing: string,
  ) => ({
    code,
    label,
    at: at?.toISOString() ?? null,
    text: at ? done : missing,
  })
  const steps = [
    step('settings-saved', 'Settings saved', row.settings_saved_at, null, 'Enter account, token and region.'),
    step(
      'webhook-seen',
      'Webhook seen',
      traffic?.first_at ?? null,
      null,
      `Create the webhooks in ${integration.title}.`,
    ),
    step(
      'verified',
      'Webhook verified',
      verifiedAt,
      null,
      asked[0]?.reason ?? 'It is answered by itself when it comes.',
    ),
    step('first-delivery', 'First delivery', traffic?.first_record_at ?? null, null, 'Create a record to try it.'),
  ]
  const last = traffic?.first_record_at ? traffic.last_at : null
  const seen = traffic?.last_event ? `${traffic.last_event}: ${(traffic.last_outcome ?? '').toLowerCase()}` : null
  return [...steps, step('last-delivery', 'Last delivery', last, seen, 'Nothing has arrived yet.')]
}

function viewVerification(row: VerificationRow): Verification {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    state: row.state as Verification['state'],
    reason: row.reason,
    receivedAt: row.received_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
  }
}

async function policyNames(db: Kysely<Tables>, ids: readonly number[]): Promise<Map<number, string>> {
  const rows = await db
    .selectFrom('escalation_policy')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map((row) => [row.id, row.name]))
}

async function supportHoursNames(db: Kysely<Tables>, ids: readonly number[]): Promise<Map<number, string>> {
  const rows = await db
    .selectFrom('support_hours')
    .innerJoin('alert_source', 'alert_source.support_hours_id', 'support_hours.id')
    .select(['support_hours.id', 'support_hours.name'])
    .where('alert_source.id', 'in', [...ids])
    .execute()
  return new Map(rows.map((row) => [row.id, row.name]))
}

function teamsOf(db: Kysely<Tables>, ids: readonly number[]) {
  return db
    .selectFrom('alert_source_team')
    .innerJoin('team', 'team.id', 'alert_source_team.team_id')
    .select(['alert_source_team.alert_source_id', 'team.id', 'team.name'])
    .where('alert_source_team.alert_source_id', 'in', [...ids])
    .orderBy('team.id')
    .execute()
}

function warningsOf(db: Kysely<Tables>, ids: readonly number[]) {
  return db
    .selectFrom('alert_source_warning')
    .selectAll()
    .where('alert_source_id', 'in', [...ids])
    .orderBy('at', 'desc')
    .execute()
}

async function openAlertsOf(db: Kysely<Tables>, ids: readonly number[]) {
  const { rows } = await sql<{ alert_source_id: number; pending: number; accepted: number }>`
    select alert_source_id,
           count(*) filter (where status = 'PENDING') as pending,
           count(*) filter (where status = 'ACCEPTED') as accepted
      from alert
     where status <> 'RESOLVED' and alert_source_id in (${sql.join([...ids])})
     group by alert_source_id
  `.execute(db)
  return rows
}

/** The ends of each source's delivery log, by its index: however long it is. */
async function trafficOf(db: Kysely<Tables>, ids: readonly number[]): Promise<Traffic[]> {
  const { rows } = await sql<Traffic>`
    select source.id as alert_source_id,
           (select received_at from delivery where alert_source_id = source.id order by seq limit 1) as first_at,
           (select received_at from delivery
             where alert_source_id = source.id and event is distinct from 'webhook.verify' and outcome in ('APPLIED', 'DUPLICATE', 'IGNORED')
             order by seq limit 1) as first_record_at,
           (select max(at) from healed_difference where alert_source_id = source.id) as missed_at,
           latest.received_at as last_at, latest.event as last_event, latest.outcome as last_outcome
      from unnest(${sql.val([...ids])}::int[]) as source (id)
      left join lateral (
        select received_at, event, outcome from delivery where alert_source_id = source.id order by seq desc limit 1
      ) as latest on true
  `.execute(db)
  return rows
}
