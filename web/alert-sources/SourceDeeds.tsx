import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { AlertSource } from '../../server/alert-sources/schema.ts'
import { inputOf, useDeleteAlertSource, useSaveAlertSource } from '../api/alert-sources.ts'
import { sentenceOf } from '../api/problem.ts'
import { Button } from '../components/Button.tsx'
import { ConfirmDialog } from '../components/ConfirmDialog.tsx'
import { Section } from '../components/Page.tsx'
import { toast } from '../components/toast-store.ts'
import { ImmediateMaintenance } from '../maintenance/ImmediateMaintenance.tsx'

/** Switching a source off and on, and taking it away. */
export function SourceDeeds({ source }: { source: AlertSource }) {
  const [asking, setAsking] = useState<'disable' | 'delete' | null>(null)
  const save = useSaveAlertSource()
  const remove = useDeleteAlertSource()
  const navigate = useNavigate()
  const setActive = (active: boolean) => save.mutateAsync({ id: source.id, input: { ...inputOf(source), active } })
  const close = () => setAsking(null)

  return (
    <Section title="Maintenance, switching off, deleting">
      <div className="grid gap-3">
        <Deed
          text={
            source.active
              ? 'What is sent to a disabled source is kept in the delivery log and wakes nobody.'
              : 'This source is disabled: it wakes nobody.'
          }
        >
          {source.active ? (
            <Button onClick={() => setAsking('disable')}>Disable alert source</Button>
          ) : (
            <Button
              tone="primary"
              busy={save.isPending}
              onClick={() =>
                setActive(true).then(
                  () => toast('The source rings again.'),
                  (error) => toast(sentenceOf(error), 'danger'),
                )
              }
            >
              Enable alert source
            </Button>
          )}
        </Deed>
        {source.active && !source.maintenance && (
          <Deed text="Drop its alerts for a while, from now on.">
            <ImmediateMaintenance source={source} />
          </Deed>
        )}
        <Deed text="Its key stops working. Its alerts stay.">
          <Button tone="dangerQuiet" onClick={() => setAsking('delete')}>
            Delete alert source
          </Button>
        </Deed>
      </div>
      <ConfirmDialog
        open={asking === 'disable'}
        onClose={close}
        title={`Disable ${source.name}?`}
        text="Nobody is paged by this source until somebody enables it again. What arrives meanwhile is kept in the delivery log."
        action="Disable alert source"
        onConfirm={async () => {
          await setActive(false)
          close()
          toast('The source is disabled.')
        }}
      />
      <ConfirmDialog
        open={asking === 'delete'}
        onClose={close}
        title={`Delete ${source.name}?`}
        text="Its API key and webhook URL stop working at once, and the other system will see errors. This cannot be undone."
        action="Delete alert source"
        typeToConfirm={source.name}
        onConfirm={async () => {
          await remove.mutateAsync(source.id)
          navigate('/alert-sources')
          toast(`${source.name} was deleted.`)
        }}
      />
    </Section>
  )
}

function Deed({ text, children }: { text: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="min-w-40 flex-1 text-sm text-muted">{text}</p>
      {children}
    </div>
  )
}
