import type { Database } from '../database/connection.ts'
import type { Secrets } from '../runtime/secrets.ts'
import { type ConnectorRow, connectorById, openConnector, usersOf } from './connectors/store.ts'
import { kindOf } from './kinds/index.ts'
import { mayResend, mayRetry } from './runs/actions.ts'
import { lastRuns, type RunWithContext } from './runs/store.ts'
import type { AlertAction, AlertActionRun, Connector, ConnectorType, RunStatus, TriggerType } from './schema.ts'
import { shownParams } from './settings.ts'
import { type ActionRow, openAction, sourcesOfActions, teamsOfActions } from './store.ts'

/** Actions as the API shows them; secrets are masked. */
export async function viewActions(db: Database, secrets: Secrets, rows: readonly ActionRow[]): Promise<AlertAction[]> {
  const ids = rows.map((row) => row.id)
  const sources = Map.groupBy(await sourcesOfActions(db, ids), (one) => one.actionId)
  const teams = Map.groupBy(await teamsOfActions(db, ids), (one) => one.actionId)
  const runs = await lastRuns(db, ids)
  return Promise.all(
    rows.map(async (row) => {
      const kind = kindOf(row.connector_type)
      const connector = row.connector_id === null ? null : await connectorById(db, row.connector_id)
      const held = connector ? openConnector(secrets, connector) : {}
      const own = { ...row.params, ...openAction(secrets, row).params }
      const alertSources = (sources.get(row.id) ?? []).map(({ id, name }) => ({ id, name }))
      const run = runs.get(row.id)
      return {
        id: String(row.id),
        name: row.name,
        alertSources,
        alertSourceIds: alertSources.map(({ id }) => id),
        teams: (teams.get(row.id) ?? []).map(({ id, name }) => ({ id, name })),
        connectorId: row.connector_id === null ? null : String(row.connector_id),
        connectorType: kind.type,
        triggerMode: row.trigger_mode as AlertAction['triggerMode'],
        triggerTypes: row.trigger_types as TriggerType[],
        escalationEndedDelaySec: row.escalation_ended_delay_seconds,
        notResolvedDelaySec: row.not_resolved_delay_seconds,
        conditions: row.conditions,
        params: shownParams(kind, own),
        destination: kind.destination({ ...held, ...own }),
        lastRun: run
          ? {
              status: run.status as RunStatus,
              at: (run.finished_at ?? run.triggered_at).toISOString(),
              reason: run.reason,
            }
          : null,
        pausedUntil: row.paused_until?.toISOString() ?? null,
        bidirectional: false as const,
        createdAt: row.created_at.toISOString(),
        updatedAt: row.updated_at.toISOString(),
      }
    }),
  )
}

/** Connectors as the API shows them; secrets are masked. */
export async function viewConnectors(
  db: Database,
  secrets: Secrets,
  rows: readonly ConnectorRow[],
): Promise<Connector[]> {
  const users = await usersOf(
    db,
    rows.map((row) => row.id),
  )
  return rows.map((row) => {
    const kind = kindOf(row.type)
    const params = openConnector(secrets, row)
    return {
      id: String(row.id),
      name: row.name,
      type: kind.type,
      params: shownParams(kind, params),
      destination: kind.destination(params),
      usedBy: users.get(row.id)?.length ?? 0,
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
    }
  })
}

/** One line of a delivery log. */
export function viewRun(row: RunWithContext): AlertActionRun {
  const isDeleted = row.action_deleted_at !== null
  return {
    id: String(row.id),
    alertAction: {
      id: String(row.alert_action_id),
      name: row.action_name,
      connectorType: row.connector_type as ConnectorType,
    },
    alert: { id: row.alert_id, summary: row.alert_summary },
    triggerType: row.trigger_type,
    status: row.status as RunStatus,
    attempts: row.attempts,
    httpStatus: row.http_status,
    reason: row.reason,
    triggeredAt: row.triggered_at.toISOString(),
    nextAttemptAt: row.status === 'SCHEDULED' ? row.due_at.toISOString() : null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    resendOf: row.resend_of === null ? null : String(row.resend_of),
    message: row.message && { title: row.message.title, text: row.message.text, body: row.message.body },
    mayRetry: !isDeleted && mayRetry(row),
    mayResend: !isDeleted && mayResend(row),
  }
}
