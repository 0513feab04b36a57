import type { TraceStep } from '../../server/trace/schema.ts'
import { minutesText } from '../components/time-text.ts'

/** A line, and whether the other configuration has it too. */
export type MinuteLine = { step: TraceStep; isOnlyHere: boolean }

/** What is decided within one minute: today, and with the edit. */
export type Minute = { minute: number; at: string; today: MinuteLine[]; changed: MinuteLine[] }

const MINUTE_MS = 60_000

/** Two runs side by side, minute by minute from the moment the event arrives; a line that only one of them has is marked. */
export function minutesOf(start: string, today: readonly TraceStep[], changed: readonly TraceStep[] | null): Minute[] {
  const minutes = new Map<number, Minute>()
  const put = (side: 'today' | 'changed', steps: readonly TraceStep[], others: readonly TraceStep[] | null) => {
    const left = countsOf(others ?? [])
    for (const step of steps) {
      const minute = Math.floor((Date.parse(step.at) - Date.parse(start)) / MINUTE_MS)
      const known = minutes.get(minute) ?? {
        minute,
        at: new Date(Date.parse(start) + minute * MINUTE_MS).toISOString(),
        today: [],
        changed: [],
      }
      const key = keyOf(step)
      const count = left.get(key) ?? 0
      left.set(key, count - 1)
      known[side].push({ step, isOnlyHere: others !== null && count <= 0 })
      minutes.set(minute, known)
    }
  }
  put('today', today, changed)
  if (changed) put('changed', changed, today)
  return [...minutes.values()].sort((a, b) => a.minute - b.minute)
}

/** The same thing at the same time, for the same reason. */
function keyOf({ at, station, decision, rule, reason }: TraceStep): string {
  return JSON.stringify([at, station, decision, rule, reason])
}

function countsOf(steps: readonly TraceStep[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const step of steps) counts.set(keyOf(step), (counts.get(keyOf(step)) ?? 0) + 1)
  return counts
}

/** `+0 min`, `+1 h 5 min`. */
export function offsetText(minute: number): string {
  return `+${minutesText(minute)}`
}

/** Everybody a message would go to, in order, each once. */
export function toldIn(steps: readonly TraceStep[]): { id: number; name: string }[] {
  const told = new Map<number, { id: number; name: string }>()
  for (const step of steps) {
    if (step.decision !== 'send' && step.decision !== 'bundle') continue
    for (const person of step.people) if (!told.has(person.id)) told.set(person.id, person)
  }
  return [...told.values()]
}
