import { cva } from 'class-variance-authority'
import { type PointerEvent, useRef, useState } from 'react'
import type { Shift } from '../../server/oncall/schema.ts'
import { nameOf } from '../components/person-name.ts'
import { colourOf, instantUnder, placeOf, type View } from './timeline.ts'
import { zoneText } from './zone-time.ts'

const bar = cva('absolute inset-y-1 flex items-center overflow-hidden rounded-sm text-xs font-medium', {
  variants: {
    colour: {
      0: 'bg-shift-0',
      1: 'bg-shift-1',
      2: 'bg-shift-2',
      3: 'bg-shift-3',
      4: 'bg-shift-4',
      5: 'bg-shift-5',
      6: 'bg-shift-6',
      7: 'bg-shift-7',
    },
    quiet: { true: 'opacity-80', false: '' },
  },
})

export type Row = {
  name: string
  shifts: readonly Pick<Shift, 'user' | 'start' | 'end'>[]
  kind: 'layer' | 'override' | 'final'
}

type Props = {
  view: View
  rows: readonly Row[]
  now: number | null
  /** A stretch was drawn on the last row. */
  onDraw?: ((start: number, end: number) => void) | undefined
}

/** Rows of shifts along one time line: layers, overrides, and who is on call in the end. */
export function Timeline({ view, rows, now, onDraw }: Props) {
  return (
    <div className="@container relative overflow-hidden rounded-xl border bg-surface">
      <Ticks view={view} />
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a layer is its place
        <TimelineRow key={index} view={view} row={row} now={now} onDraw={row.kind === 'final' ? onDraw : undefined} />
      ))}
    </div>
  )
}

function Ticks({ view }: { view: View }) {
  const each = view.range === 'month' ? 2 : 1
  return (
    <div aria-hidden className="border-b bg-sunken px-3 text-xs text-muted">
      <div className="relative h-8">
        {view.ticks.map((tick, index) => (
          <span
            key={tick}
            style={{ insetInlineStart: `${placeOf(view, tick)}%` }}
            className="absolute inset-y-0 flex items-center border-s ps-1 whitespace-nowrap"
          >
            {index % each === 0 && <TickText view={view} tick={tick} />}
          </span>
        ))}
      </div>
    </div>
  )
}

function TickText({ view, tick }: { view: View; tick: number }) {
  if (view.range === 'day') return zoneText(view.zone, tick, 'time')
  const text = zoneText(view.zone, tick, 'day')
  const [weekday = '', ...rest] = text.split(' ')
  if (view.range === 'month') return <span className="@max-2xl:hidden">{rest[0]}</span>
  return (
    <>
      {weekday.replace(',', '')}
      <span className="ms-1 @max-2xl:hidden">{rest.join(' ')}</span>
    </>
  )
}

function TimelineRow({ view, row, now, onDraw }: Omit<Props, 'rows'> & { row: Row }) {
  const draw = useDrawing(view, onDraw)
  return (
    <section aria-label={row.name} className="border-b last:border-b-0">
      <h3 className="px-3 pt-1.5 text-xs text-muted">{row.name}</h3>
      <div
        {...draw.handlers}
        data-draws={onDraw ? true : undefined}
        className="relative mx-3 mb-1.5 h-9 rounded-sm bg-sunken data-draws:cursor-crosshair data-draws:touch-pan-y"
      >
        {row.shifts.map((shift) => (
          <Bar key={`${shift.start} ${shift.user.id}`} view={view} shift={shift} quiet={row.kind === 'layer'} />
        ))}
        {draw.stretch && (
          <span
            aria-hidden
            style={{
              insetInlineStart: `${draw.stretch[0] * 100}%`,
              inlineSize: `${(draw.stretch[1] - draw.stretch[0]) * 100}%`,
            }}
            className="absolute inset-y-0 rounded-sm border-2 border-accent bg-accent-soft opacity-80"
          />
        )}
        {now !== null && now > view.from && now < view.until && (
          <span
            aria-hidden
            style={{ insetInlineStart: `${placeOf(view, now)}%` }}
            className="absolute -inset-y-1 w-0.5 bg-danger"
          />
        )}
      </div>
    </section>
  )
}

function Bar({ view, shift, quiet }: { view: View; shift: Row['shifts'][number]; quiet: boolean }) {
  const [start, end] = [placeOf(view, Date.parse(shift.start)), placeOf(view, Date.parse(shift.end))]
  if (end <= start) return null
  const from = zoneText(view.zone, Date.parse(shift.start), 'both')
  const until = zoneText(view.zone, Date.parse(shift.end), 'both')
  const colour = colourOf(shift.user.id) as 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7
  return (
    <span
      title={`${nameOf(shift.user)}, ${from} to ${until}`}
      style={{ insetInlineStart: `${start}%`, inlineSize: `calc(${end - start}% - 1px)` }}
      className={bar({ colour, quiet })}
    >
      <span className="truncate px-1.5">{nameOf(shift.user)}</span>
    </span>
  )
}

/** Drawing a stretch with the pointer; a click alone draws nothing. */
function useDrawing(view: View, onDraw: Props['onDraw']) {
  const [stretch, setStretch] = useState<[number, number] | null>(null)
  const begin = useRef<number | null>(null)
  const share = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1)
  }
  if (!onDraw) return { stretch: null, handlers: {} }
  return {
    stretch,
    handlers: {
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        begin.current = share(event)
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        if (begin.current === null) return
        const here = share(event)
        setStretch([Math.min(begin.current, here), Math.max(begin.current, here)])
      },
      onPointerUp: () => {
        begin.current = null
        if (stretch) {
          const [start, end] = stretch.map((one) => instantUnder(view, one))
          if (start !== undefined && end !== undefined && end > start) onDraw(start, end)
        }
        setStretch(null)
      },
      onPointerCancel: () => {
        begin.current = null
        setStretch(null)
      },
    },
  }
}
