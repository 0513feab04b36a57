import { useCallback, useState } from 'react'
import type { Alert } from '../../server/alerts/schema.ts'
import { type AlertFilter, useAlerts } from '../api/alerts.ts'
import { AlertStatusMark } from '../components/AlertStatusMark.tsx'
import { Answer } from '../components/Answer.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { SearchField } from '../components/SearchField.tsx'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { ActionForm } from './ActionForm.tsx'
import { useVerb } from './useVerb.ts'

type Props = { alert: Alert; open: boolean; onClose: () => void }

/** Merges others into this alert. */
export function MergeDialog({ alert, open, onClose }: Props) {
  return (
    <Dialog
      kind="wide"
      open={open}
      onClose={onClose}
      title="Merge others into this alert"
      description="People are asked about this one alone, and its answer counts for all. Each can be taken out again."
    >
      <MergeForm alert={alert} onClose={onClose} />
    </Dialog>
  )
}

function MergeForm({ alert, onClose }: Omit<Props, 'open'>) {
  const verb = useVerb(alert.id)
  const [chosen, setChosen] = useState<readonly number[]>([])
  return (
    <ActionForm
      action={chosen.length < 2 ? 'Merge' : `Merge ${chosen.length} alerts`}
      disabled={chosen.length === 0}
      onClose={onClose}
      onSubmit={() => verb.perform({ verb: 'merge', others: chosen }, 'Merged.')}
    >
      <Picker
        filter={{ states: ['PENDING', 'ACCEPTED'], withoutMerged: true }}
        without={alert.id}
        chosen={chosen}
        onChoose={(id) => setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])}
        many
      />
    </ActionForm>
  )
}

/** Links this alert with another. */
export function LinkDialog({ alert, open, onClose }: Props) {
  return (
    <Dialog
      kind="wide"
      open={open}
      onClose={onClose}
      title="Link with another alert"
      description="Each shows the other. It changes nothing about who is asked."
    >
      <LinkForm alert={alert} onClose={onClose} />
    </Dialog>
  )
}

function LinkForm({ alert, onClose }: Omit<Props, 'open'>) {
  const verb = useVerb(alert.id)
  const [chosen, setChosen] = useState<number | null>(null)
  return (
    <ActionForm
      action="Link"
      disabled={chosen === null}
      onClose={onClose}
      onSubmit={async () => chosen !== null && verb.perform({ verb: 'link', other: chosen }, 'Linked.')}
    >
      <Picker filter={{}} without={alert.id} chosen={chosen === null ? [] : [chosen]} onChoose={setChosen} />
    </ActionForm>
  )
}

type PickerProps = {
  filter: AlertFilter
  without: number
  chosen: readonly number[]
  onChoose: (id: number) => void
  many?: boolean
}

const SHOWN_MAX = 30

function Picker({ filter, without, chosen, onChoose, many = false }: PickerProps) {
  const [text, setText] = useState('')
  const query = useAlerts({ ...filter, query: text || undefined })
  const changeText = useCallback((value: string) => setText(value), [])
  return (
    <div className="grid gap-2">
      <SearchField label="Find alerts" placeholder="Summary, details or key" value={text} onChange={changeText} />
      <Answer query={query}>
        {({ pages }) => {
          const alerts = (pages[0]?.rows ?? []).filter((alert) => alert.id !== without).slice(0, SHOWN_MAX)
          if (alerts.length === 0) return <p className="py-3 text-sm text-muted">No other alert matches.</p>
          return (
            <fieldset className="grid max-h-72 overflow-y-auto rounded-md border">
              <legend className="sr-only">Alerts</legend>
              {alerts.map((alert) => (
                <label
                  key={alert.id}
                  className="flex cursor-pointer items-center gap-3 border-b px-3 py-2 text-sm last:border-b-0 hover:bg-hover has-checked:bg-selected"
                >
                  <input
                    type={many ? 'checkbox' : 'radio'}
                    name="alert"
                    className="size-4 shrink-0"
                    checked={chosen.includes(alert.id)}
                    onChange={() => onChoose(alert.id)}
                  />
                  <AlertStatusMark status={alert.status} wordless />
                  <span className="min-w-0 flex-1 truncate">{alert.summary}</span>
                  <span className="text-xs text-muted">
                    <TimeAgo at={alert.reportTime} />
                  </span>
                </label>
              ))}
            </fieldset>
          )
        }}
      </Answer>
    </div>
  )
}
