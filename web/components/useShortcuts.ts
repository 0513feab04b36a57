import { useEffect, useRef } from 'react'

type Keys = Record<string, (event: KeyboardEvent) => void>

const TYPING = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]'

/** Single keys that act on the page, never while somebody types or a dialog is open; `mod+k` always. */
export function useShortcuts(keys: Keys): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const name = nameOfKey(event)
      const act = name === null ? undefined : latest.current[name]
      if (!act || event.defaultPrevented) return
      if (!name?.startsWith('mod+') && isBusyElsewhere(event.target)) return
      event.preventDefault()
      act(event)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}

function nameOfKey(event: KeyboardEvent): string | null {
  if (event.altKey || event.isComposing) return null
  if (event.metaKey || event.ctrlKey) return `mod+${event.key.toLowerCase()}`
  return event.key
}

function isBusyElsewhere(target: EventTarget | null): boolean {
  if (document.querySelector('[role=dialog]:not([data-closed]), [role=menu]:not([data-closed])')) return true
  return target instanceof Element && target.closest(TYPING) !== null
}
