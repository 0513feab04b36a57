import { ExternalValue } from './external-value.ts'

/** Whether the last call to the server got an answer. */
export const reachable = new ExternalValue(true)

/** Notes how the last call went. */
export function setReachable(value: boolean): void {
  reachable.set(value)
}
