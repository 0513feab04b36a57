import { Bell, Globe, type LucideIcon, Mail, MessageCircle, MessageSquareText, Phone } from 'lucide-react'
import type { ChannelMethod } from '../../server/channels/schema.ts'
import { methodNames } from './names.ts'

const ICONS: Partial<Record<ChannelMethod, LucideIcon>> = {
  EMAIL: Mail,
  SMS: MessageSquareText,
  VOICE: Phone,
  PUSH: Bell,
  NTFY: Bell,
  WEBHOOK: Globe,
}

/** A way to reach people, with its sign. */
export function ChannelMark({ method }: { method: string }) {
  const Icon = ICONS[method as ChannelMethod] ?? MessageCircle
  return (
    <span className="inline-flex items-center gap-1">
      <Icon className="size-3.5 shrink-0" aria-hidden />
      {methodNames[method as ChannelMethod] ?? method}
    </span>
  )
}
