import { ExternalValue } from '../api/external-value.ts'

export type ToastTone = 'good' | 'danger'
export type Toast = { id: number; tone: ToastTone; text: string; undo: (() => void) | null }

const TOASTS_MAX = 3
const SHOWN_MS = 6_000
/** Long enough to read it and to reach the button. */
const SHOWN_WITH_UNDO_MS = 12_000

export const toasts = new ExternalValue<readonly Toast[]>([])
let last = 0

/** Says how something went, for a few seconds; with `undo` it can be taken back from there. */
export function toast(text: string, tone: ToastTone = 'good', undo: (() => void) | null = null): void {
  last += 1
  const id = last
  toasts.set([...toasts.get().slice(1 - TOASTS_MAX), { id, tone, text, undo }])
  setTimeout(() => dismiss(id), undo ? SHOWN_WITH_UNDO_MS : SHOWN_MS)
}

/** Takes a toast away. */
export function dismiss(id: number): void {
  toasts.set(toasts.get().filter((one) => one.id !== id))
}
