import { cva } from 'class-variance-authority'

export type MarkShape = 'triangle' | 'half' | 'check' | 'ring' | 'cross' | 'dash' | 'dots' | 'double'
export type MarkTone = 'danger' | 'caution' | 'good' | 'muted' | 'accent'

const mark = cva('size-4 shrink-0', {
  variants: {
    tone: {
      danger: 'text-danger',
      caution: 'text-caution',
      good: 'text-good',
      muted: 'text-faint',
      accent: 'text-accent',
    },
  },
})

const RING = <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
const STROKE = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.6,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const

const SHAPES: Record<MarkShape, React.ReactNode> = {
  triangle: (
    <>
      <path d="M8 1.6 15 14H1z" fill="currentColor" stroke="currentColor" strokeLinejoin="round" />
      <path d="M8 6v4M8 11.9v.1" className="stroke-surface" fill="none" strokeWidth="1.6" strokeLinecap="round" />
    </>
  ),
  half: (
    <>
      {RING}
      <path d="M8 4a4 4 0 0 1 0 8z" fill="currentColor" />
    </>
  ),
  check: (
    <>
      {RING}
      <path d="m5.3 8.2 1.9 1.9 3.6-4" {...STROKE} />
    </>
  ),
  ring: RING,
  cross: (
    <>
      {RING}
      <path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4" {...STROKE} />
    </>
  ),
  dash: (
    <>
      {RING}
      <path d="M5.2 8h5.6" {...STROKE} />
    </>
  ),
  dots: (
    <>
      <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2 2.3" />
    </>
  ),
  double: (
    <>
      <rect x="1.75" y="4.75" width="9.5" height="9.5" rx="2" {...STROKE} />
      <path d="M5 1.75h7A2.25 2.25 0 0 1 14.25 4v7" {...STROKE} />
    </>
  ),
}

type Props = { shape: MarkShape; tone: MarkTone; word: string; wordless?: boolean }

/** A state by shape, colour and word. */
export function Mark({ shape, tone, word, wordless = false }: Props) {
  return (
    <span className="inline-flex items-center gap-1.5 text-sm whitespace-nowrap" title={wordless ? word : undefined}>
      <svg viewBox="0 0 16 16" className={mark({ tone })} aria-hidden="true">
        {SHAPES[shape]}
      </svg>
      <span className={wordless ? 'sr-only' : undefined}>{word}</span>
    </span>
  )
}
