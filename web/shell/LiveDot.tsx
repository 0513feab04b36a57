import { cva } from 'class-variance-authority'
import { useExternalValue } from '../api/external-value.ts'
import { type LiveState, liveState } from '../api/live.ts'

const dot = cva('size-2 rounded-xl', {
  variants: { state: { live: 'bg-good', connecting: 'animate-pulse-soft bg-caution', away: 'border-2 border-danger' } },
})

const WORDS: Record<LiveState, { word: string; text: string }> = {
  live: { word: 'Live', text: 'Changes appear as they happen' },
  connecting: { word: 'Connecting', text: 'Joining the stream of changes' },
  away: { word: 'Not live', text: 'The stream of changes is interrupted; trying again' },
}

/** Whether changes appear by themselves. */
export function LiveDot() {
  const state = useExternalValue(liveState)
  const { word, text } = WORDS[state]
  return (
    <span className="flex items-center gap-1.5 px-2 text-xs text-muted" title={text} data-live={state}>
      <span className={dot({ state })} aria-hidden />
      <span className="sr-only sm:not-sr-only">{word}</span>
    </span>
  )
}
