import {
  BellRing,
  CalendarCheck,
  CalendarClock,
  CalendarDays,
  Clock,
  FlaskConical,
  HeartPulse,
  Inbox,
  type LucideIcon,
  Plug,
  Route,
  Send,
  ShieldCheck,
  UserRound,
  UsersRound,
  Webhook,
} from 'lucide-react'

export type Place = { to: string; label: string; icon: LucideIcon; onPhone: boolean }

/** The places of the web app, in the order of the sidebar. */
export const places: readonly Place[] = [
  { to: '/alerts', label: 'Alerts', icon: BellRing, onPhone: true },
  { to: '/alert-sources', label: 'Alert sources', icon: Plug, onPhone: true },
  { to: '/schedules', label: 'On-call schedules', icon: CalendarDays, onPhone: true },
  { to: '/my-on-call', label: 'My on-call', icon: CalendarCheck, onPhone: false },
  { to: '/escalation-policies', label: 'Escalation policies', icon: Route, onPhone: true },
  { to: '/what-if', label: 'What if', icon: FlaskConical, onPhone: false },
  { to: '/support-hours', label: 'Support hours', icon: Clock, onPhone: false },
  { to: '/maintenance', label: 'Maintenance', icon: CalendarClock, onPhone: false },
  { to: '/heartbeats', label: 'Heartbeats', icon: HeartPulse, onPhone: false },
  { to: '/people', label: 'People', icon: UserRound, onPhone: false },
  { to: '/teams', label: 'Teams', icon: UsersRound, onPhone: false },
  { to: '/channels', label: 'Channels', icon: Send, onPhone: false },
  { to: '/alert-actions', label: 'Alert actions', icon: Webhook, onPhone: false },
  { to: '/deliveries', label: 'Delivery log', icon: Inbox, onPhone: false },
  { to: '/self-check', label: 'Self-check', icon: ShieldCheck, onPhone: false },
]
