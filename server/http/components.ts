import * as z from 'zod'
import {
  ActionPreview,
  AlertAction,
  AlertActionRun,
  AlertActionType,
  Connector,
  ManualAction,
} from '../alert-actions/schema.ts'
import { EventEffect, KnownField, Preview, RuleError } from '../alert-sources/rules/schema.ts'
import { AlertSource, ConnectionTest, Diagnosis, Integration, Verification } from '../alert-sources/schema.ts'
import { BulkAnswer } from '../alerts/by-hand/schema.ts'
import { Comment } from '../alerts/comments/schema.ts'
import { SavedView } from '../alerts/saved-views/schema.ts'
import { Alert, AlertReference, EscalationState, ImageInput, LinkInput, LogEntry } from '../alerts/schema.ts'
import { SuggestedResponder } from '../alerts/verbs/schema.ts'
import { AuditEntry } from '../audit/schema.ts'
import { PersonReference, Team, TeamMember, User } from '../directory/schema.ts'
import { CoverageRequest } from '../duties/requests/schema.ts'
import { OwnShift, ReplacedShift, ReplacementPreview } from '../duties/shifts/schema.ts'
import { EscalationPolicy, EscalationRule } from '../escalation/schema.ts'
import { HeartbeatMonitor } from '../heartbeats/schema.ts'
import { Delivery, DeliveryDetails, DryRun } from '../intake/schema.ts'
import { MaintenanceWindow } from '../maintenance/schema.ts'
import { ChannelState } from '../notifications/channels/schema.ts'
import { Contact } from '../notifications/contacts/schema.ts'
import { NotificationRule } from '../notifications/rules/schema.ts'
import { Notification } from '../notifications/schema.ts'
import { Feed } from '../oncall/feeds/schema.ts'
import { Coverage, Layer, OnCall, Override, Schedule, ScheduleReference, Shift } from '../oncall/schema.ts'
import { SupportHours } from '../oncall/support-hours/schema.ts'
import { Reconciliation } from '../reconciliation/schema.ts'
import { SimulationRun } from '../simulation/schema.ts'
import { Trace } from '../trace/schema.ts'
import { SelfCheck } from '../watch/schema.ts'
import { WriteBack } from '../writeback/schema.ts'
import { SystemStatus } from './schema.ts'

/** Shapes that the description of the API tells once, by the name they have there. */
const SHARED = {
  ActionPreview,
  Alert,
  AlertAction,
  AlertActionRun,
  AlertActionType,
  AlertReference,
  AlertSource,
  AuditEntry,
  BulkAnswer,
  ChannelState,
  Comment,
  ConnectionTest,
  Connector,
  Contact,
  CoverageRequest,
  Coverage,
  Delivery,
  DeliveryDetails,
  Diagnosis,
  DryRun,
  EscalationPolicy,
  EscalationRule,
  EscalationState,
  EventEffect,
  Feed,
  HeartbeatMonitor,
  Image: ImageInput,
  Integration,
  KnownField,
  Layer,
  Link: LinkInput,
  LogEntry,
  MaintenanceWindow,
  ManualAction,
  Notification,
  NotificationRule,
  OnCall,
  OwnShift,
  Override,
  PersonReference,
  Preview,
  Reconciliation,
  ReplacedShift,
  ReplacementPreview,
  RuleError,
  SavedView,
  Schedule,
  ScheduleReference,
  SelfCheck,
  Shift,
  SimulationRun,
  SuggestedResponder,
  SupportHours,
  SystemStatus,
  Team,
  TeamMember,
  Trace,
  User,
  Verification,
  WriteBack,
}

for (const [id, schema] of Object.entries(SHARED)) z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), id })

type Described = { components?: { schemas?: Record<string, unknown> } }

/** The description with only those shared shapes that something in it refers to. */
export function onlyReferred<T extends object>(document: T): T {
  const { components } = document as Described
  const schemas = components?.schemas ?? {}
  const rest = { ...document, components: { ...components, schemas: {} } }
  const wanted = new Set<string>()
  const look = (value: unknown) => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (wanted.has(name)) continue
      wanted.add(name)
      look(schemas[name] ?? {})
    }
  }
  look(rest)
  const kept = Object.entries(schemas)
    .filter(([name]) => wanted.has(name))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
  return { ...rest, components: { ...components, schemas: Object.fromEntries(kept) } }
}
