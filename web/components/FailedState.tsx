import { CloudOff } from 'lucide-react'
import { sentenceOf } from '../api/problem.ts'
import { Button } from './Button.tsx'

type Props = { error: unknown; onRetry: () => unknown }

/** It did not work; here is why, and a way to try again. */
export function FailedState({ error, onRetry }: Props) {
  return (
    <div role="alert" className="grid justify-items-center gap-3 px-6 py-16 text-center">
      <CloudOff className="size-6 text-faint" aria-hidden />
      <div className="grid gap-1">
        <h2 className="font-semibold">This could not be loaded</h2>
        <p className="max-w-card text-sm text-muted">{sentenceOf(error)}</p>
      </div>
      <Button onClick={() => void onRetry()}>Retry</Button>
    </div>
  )
}
