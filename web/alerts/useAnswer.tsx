import { useState } from 'react'
import type { Alert } from '../../server/alerts/schema.ts'
import { useAnswerAlert } from '../api/alerts.ts'
import { sentenceOf } from '../api/problem.ts'
import { toast } from '../components/toast-store.ts'
import { ResolveDialog } from './ResolveDialog.tsx'
import { useTakeBack } from './useTakeBack.ts'

type Answerable = Pick<Alert, 'id' | 'summary' | 'status'>

/** The two answers to an alert, and the dialog that one of them needs. */
export function useAnswer() {
  const answer = useAnswerAlert()
  const takeBack = useTakeBack()
  const [resolving, setResolving] = useState<Answerable | null>(null)

  const accept = (alert: Answerable) => {
    if (alert.status !== 'PENDING') return
    answer.mutate(
      { id: alert.id, verb: 'accept' },
      {
        onSuccess: () => toast('Accepted. Nobody else is asked.', 'good', () => takeBack('UNACCEPT', [alert.id])),
        onError: (error) => toast(sentenceOf(error), 'danger'),
      },
    )
  }
  const resolve = (alert: Answerable) => {
    if (alert.status !== 'RESOLVED') setResolving(alert)
  }
  const dialog = (
    <ResolveDialog
      alert={resolving}
      onClose={() => setResolving(null)}
      onResolve={async (comment) => {
        if (!resolving) return
        await answer.mutateAsync({ id: resolving.id, verb: 'resolve', ...(comment ? { comment } : {}) })
        setResolving(null)
        const { id } = resolving
        toast('Resolved.', 'good', () => takeBack('REOPEN', [id]))
      }}
    />
  )
  return { accept, resolve, dialog, busyId: answer.isPending ? answer.variables.id : null }
}
