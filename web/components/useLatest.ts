import { useCallback, useEffect, useRef } from 'react'

/** A function that stays the same and does what the latest one does; for rows that are drawn only when they change. */
export function useLatest<A extends unknown[]>(act: (...args: A) => void): (...args: A) => void {
  const latest = useRef(act)
  useEffect(() => {
    latest.current = act
  })
  return useCallback((...args: A) => latest.current(...args), [])
}
