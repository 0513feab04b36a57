import { lazy, Suspense } from 'react'

const Palette = lazy(async () => ({ default: (await import('./Palette.tsx')).Palette }))

/** Fetches the palette's code when it is first asked for. */
export function PaletteGate({ open, onClose }: { open: boolean; onClose: () => void }) {
  if (!open) return null
  return (
    <Suspense fallback={null}>
      <Palette onClose={onClose} />
    </Suspense>
  )
}
