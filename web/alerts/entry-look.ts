import {
  ArrowUpRight,
  BellOff,
  ChevronsUp,
  CircleDot,
  Clock,
  Eye,
  Hand,
  HeartCrack,
  HeartPulse,
  Link2,
  type LucideIcon,
  Megaphone,
  Merge,
  MessageSquare,
  Pencil,
  RotateCcw,
  Route,
  Send,
  Siren,
  Split,
  Unlink,
  UserCheck,
  UserMinus,
  UserPlus,
  Wrench,
} from 'lucide-react'

type Look = { icon: LucideIcon; tone: string }

const TONE = 'grid size-6 place-items-center rounded-xl'
const PLAIN = `${TONE} bg-sunken text-muted`
const GOOD = `${TONE} bg-good-soft text-good`
const CAUTION = `${TONE} bg-caution-soft text-caution`
const DANGER = `${TONE} bg-danger-soft text-danger`
const ACCENT = `${TONE} bg-accent-soft text-accent`

const LOOKS: Record<string, Look> = {
  AlertReceivedLogEntry: { icon: Siren, tone: DANGER },
  AlertCreatedByUserLogEntry: { icon: Siren, tone: DANGER },
  HeartbeatOverdueLogEntry: { icon: HeartCrack, tone: DANGER },
  HeartbeatResolvedLogEntry: { icon: HeartPulse, tone: GOOD },
  AlertAssignedByUserLogEntry: { icon: UserCheck, tone: ACCENT },
  AlertAssignedToPolicyLogEntry: { icon: Route, tone: ACCENT },
  AlertRaisedByUserLogEntry: { icon: ChevronsUp, tone: CAUTION },
  AlertResponderAddedLogEntry: { icon: UserPlus, tone: ACCENT },
  AlertResponderRemovedLogEntry: { icon: UserMinus, tone: PLAIN },
  AlertMergedLogEntry: { icon: Merge, tone: PLAIN },
  AlertUnmergedLogEntry: { icon: Split, tone: PLAIN },
  AlertLinkedLogEntry: { icon: Link2, tone: PLAIN },
  AlertUnlinkedLogEntry: { icon: Unlink, tone: PLAIN },
  AlertUnacceptedLogEntry: { icon: RotateCcw, tone: CAUTION },
  AlertReopenedLogEntry: { icon: RotateCcw, tone: CAUTION },
  AlertAssignedBySystemLogEntry: { icon: UserCheck, tone: ACCENT },
  AlertEscalatedToLevelLogEntry: { icon: ArrowUpRight, tone: ACCENT },
  AlertEscalationEndedLogEntry: { icon: BellOff, tone: DANGER },
  AlertLastResortLogEntry: { icon: Megaphone, tone: DANGER },
  AlertRepairedLogEntry: { icon: Wrench, tone: CAUTION },
  NobodyOnCallLogEntry: { icon: BellOff, tone: DANGER },
  NotificationLogEntry: { icon: Send, tone: PLAIN },
  UserResponseLogEntry: { icon: Hand, tone: GOOD },
  AlertSourceResponseLogEntry: { icon: Hand, tone: GOOD },
  AlertAutoResolvedLogEntry: { icon: Clock, tone: GOOD },
  AlertSummaryChangedLogEntry: { icon: Pencil, tone: PLAIN },
  ConnectorResultLogEntry: { icon: Link2, tone: PLAIN },
}

/** How a line of the timeline looks; comments by their name, strangers plainly. */
export function entryLook(logEntryType: string): Look {
  const known = LOOKS[logEntryType]
  if (known) return known
  if (logEntryType.startsWith('Stakeholder')) return { icon: Eye, tone: PLAIN }
  if (logEntryType.includes('Comment')) return { icon: MessageSquare, tone: PLAIN }
  return { icon: CircleDot, tone: PLAIN }
}
