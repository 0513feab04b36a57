import { countdownText, exactText } from './time-text.ts'
import { useNow } from './useNow.ts'

const EVERY_MS = 1_000

/** How long until then, second by second. */
export function Countdown({ until }: { until: string }) {
  const now = useNow(EVERY_MS)
  return (
    <time dateTime={until} title={exactText(until)} className="tabular-nums">
      {countdownText(Date.parse(until), now)}
    </time>
  )
}
