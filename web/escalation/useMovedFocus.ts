import { useEffect, useRef } from 'react'

/** Moves a level and lets the focus travel with it, so that one key can be pressed again and again. */
export function useMovedFocus(move: (from: number, to: number) => void) {
  const moved = useRef<{ to: number; up: boolean } | null>(null)
  useEffect(() => {
    if (!moved.current) return
    const { to, up } = moved.current
    moved.current = null
    const buttons = document.querySelectorAll<HTMLButtonElement>(`[data-move-level="${to}"]:not(:disabled)`)
    const wanted = [...buttons].find((button) => button.dataset.direction === (up ? 'up' : 'down'))
    ;(wanted ?? buttons[0])?.focus()
  })
  return (from: number, to: number) => {
    moved.current = { to, up: to < from }
    move(from, to)
  }
}
