import { exactText, relativeText } from './time-text.ts'
import { useNow } from './useNow.ts'

const EVERY_MS = 15_000

/** When it was, from here; the exact instant on hover. */
export function TimeAgo({ at }: { at: string }) {
  const now = useNow(EVERY_MS)
  return (
    <time dateTime={at} title={exactText(at)} className="whitespace-nowrap">
      {relativeText(Date.parse(at), now)}
    </time>
  )
}
