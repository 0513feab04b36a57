import { Trash2 } from 'lucide-react'
import type { Shift } from '../../server/oncall/schema.ts'
import { Avatar } from '../components/Avatar.tsx'
import { Badge } from '../components/Badge.tsx'
import { IconButton } from '../components/Button.tsx'
import { nameOf } from '../components/person-name.ts'
import { zoneText } from './zone-time.ts'

type Props = { zone: string; shifts: readonly Shift[]; now: number; onRemove: (overrideId: number) => void }

/** The same shifts in words, for reading and for fingers. */
export function ShiftList({ zone, shifts, now, onRemove }: Props) {
  if (shifts.length === 0) return <p className="text-sm text-muted">Nobody is on call in this time.</p>
  return (
    <ol aria-label="Shifts" className="divide-y rounded-xl border bg-surface">
      {shifts.map((shift) => {
        const { overrideId, layer } = shift.cause
        const isNow = Date.parse(shift.start) <= now && now < Date.parse(shift.end)
        return (
          <li key={shift.start} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5">
            <Avatar person={shift.user} />
            <div className="min-w-52 flex-1">
              <p className="truncate font-medium">{nameOf(shift.user)}</p>
              <p className="text-sm text-muted">
                {zoneText(zone, Date.parse(shift.start), 'both')} to {zoneText(zone, Date.parse(shift.end), 'both')}
              </p>
            </div>
            <div className="flex items-center gap-2 max-sm:basis-full max-sm:ps-9">
              {isNow && <Badge tone="good">Now</Badge>}
              <Badge tone={overrideId === null ? 'plain' : 'accent'}>
                {overrideId === null ? (layer ?? 'Shift') : 'Override'}
              </Badge>
              {overrideId !== null && Date.parse(shift.end) > now && (
                <IconButton label={`Remove the override of ${nameOf(shift.user)}`} onClick={() => onRemove(overrideId)}>
                  <Trash2 className="size-4" aria-hidden />
                </IconButton>
              )}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
