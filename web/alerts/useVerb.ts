import { type AlertVerb, useAlertVerb } from '../api/alert-verbs.ts'
import { sentenceOf } from '../api/problem.ts'
import { toast } from '../components/toast-store.ts'

/** Does a verb on an alert and says how it went. */
export function useVerb(alertId: number) {
  const verb = useAlertVerb(alertId)
  return {
    /** For dialogs: throws what went wrong, so that they show it. */
    perform: async (act: AlertVerb, done: string) => {
      await verb.mutateAsync(act)
      toast(done)
    },
    /** For what needs no question. */
    now: (act: AlertVerb, done: string) =>
      verb.mutate(act, {
        onSuccess: () => toast(done),
        onError: (error) => toast(sentenceOf(error), 'danger'),
      }),
    busy: verb.isPending,
  }
}
