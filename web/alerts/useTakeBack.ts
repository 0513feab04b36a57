import { useAnswerMany } from '../api/alert-verbs.ts'
import { sentenceOf } from '../api/problem.ts'
import { toast } from '../components/toast-store.ts'
import { alertsText } from './alerts-text.ts'

/** Takes acceptances or resolutions back, and says how that went. */
export function useTakeBack() {
  const answer = useAnswerMany()
  return (action: 'UNACCEPT' | 'REOPEN', ids: readonly number[]) =>
    answer.mutate(
      { action, alerts: ids.map((id) => ({ id })) },
      {
        onSuccess: ({ done, refused }) => {
          const [first] = refused
          if (first) return toast(`${alertsText(refused.length)} not: ${first.message}`, 'danger')
          toast(
            action === 'UNACCEPT'
              ? `${alertsText(done.length)} not accepted any more.`
              : `${alertsText(done.length)} opened again.`,
          )
        },
        onError: (error) => toast(sentenceOf(error), 'danger'),
      },
    )
}
