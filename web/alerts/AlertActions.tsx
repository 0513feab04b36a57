import { RunList } from '../alert-actions/DeliveryLog.tsx'
import { useManualActions, usePressAction, useRunsOfAlert } from '../api/alert-actions.ts'
import { sentenceOf } from '../api/problem.ts'
import { Button } from '../components/Button.tsx'
import { Section } from '../components/Page.tsx'
import { toast } from '../components/toast-store.ts'

const SHOWN = 10

/** What alert actions sent about it, and those a person may press; not shown where there are none. */
export function AlertActions({ alertId }: { alertId: number }) {
  const manual = useManualActions(alertId).data ?? []
  const runs = useRunsOfAlert(alertId).data ?? []
  const press = usePressAction(alertId)
  if (manual.length === 0 && runs.length === 0) return null
  return (
    <Section title="Alert actions">
      <div className="grid gap-3">
        {manual.length > 0 && (
          <div className="flex flex-wrap gap-2">
            {manual.map(({ id, name }) => (
              <Button
                key={id}
                size="sm"
                busy={press.isPending && press.variables === id}
                onClick={() =>
                  press.mutate(id, {
                    onSuccess: () => toast(`${name}: it is sent now.`),
                    onError: (error) => toast(sentenceOf(error), 'danger'),
                  })
                }
              >
                {name}
              </Button>
            ))}
          </div>
        )}
        {runs.length > 0 && <RunList label="Messages of alert actions" runs={runs.slice(0, SHOWN)} of="alert" />}
      </div>
    </Section>
  )
}
