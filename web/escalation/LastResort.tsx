import { useState } from 'react'
import type { LastResort as LastResortState } from '../../server/notifications/last-resort/schema.ts'
import { usePeople } from '../api/directory.ts'
import { useLastResort, useSaveLastResort } from '../api/escalation.ts'
import { sentenceOf } from '../api/problem.ts'
import { Answer } from '../components/Answer.tsx'
import { Avatar } from '../components/Avatar.tsx'
import { Button } from '../components/Button.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Field } from '../components/Field.tsx'
import { MultiSelect } from '../components/MultiSelect.tsx'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { nameOf } from '../components/person-name.ts'
import { toast } from '../components/toast-store.ts'

/** Who is told when every level was asked and nobody answered, or nobody could be reached. */
export function LastResort() {
  const query = useLastResort()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Section
      title="Last resort"
      hint="Told about any alert whose policy is through: nobody answered, or nobody could be reached."
      aside={<Button onClick={() => setIsOpen(true)}>Choose people</Button>}
    >
      <Answer query={query}>
        {(state) => (
          <>
            <People state={state} />
            <Dialog
              open={isOpen}
              onClose={() => setIsOpen(false)}
              title="Last resort"
              description="They are told at once when nobody is left to ask. Leave it empty for owners and admins."
            >
              <Form state={state} onClose={() => setIsOpen(false)} />
            </Dialog>
          </>
        )}
      </Answer>
    </Section>
  )
}

function People({ state }: { state: LastResortState }) {
  if (state.reachesNobody)
    return <Notice tone="caution">Nobody: none of them has a verified contact, or there is nobody yet.</Notice>
  return (
    <div className="grid gap-2">
      <ul aria-label="Last resort" className="flex flex-wrap gap-x-4 gap-y-2">
        {state.users.map((user) => (
          <li key={user.id} className="flex items-center gap-2 text-sm">
            <Avatar person={user} />
            {nameOf(user)}
          </li>
        ))}
      </ul>
      {!state.isChosen && <p className="text-sm text-muted">Owners and admins, as nobody was chosen.</p>}
    </div>
  )
}

function Form({ state, onClose }: { state: LastResortState; onClose: () => void }) {
  const people = usePeople().data ?? []
  const save = useSaveLastResort()
  const [chosen, setChosen] = useState(state.isChosen ? state.users.map((user) => user.id) : [])
  const submit = () =>
    save.mutate(chosen, {
      onSuccess: () => {
        onClose()
        toast('The last resort was changed.')
      },
    })
  return (
    <form
      className="grid gap-4 pb-1"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Field label="People">
        {({ id }) => (
          <MultiSelect
            id={id}
            label="People of the last resort"
            choices={people.map((person) => ({ id: person.id, label: nameOf(person), hint: person.email }))}
            value={chosen}
            onChange={setChosen}
            placeholder="Owners and admins"
          />
        )}
      </Field>
      {save.error && <Notice tone="danger">{sentenceOf(save.error)}</Notice>}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" tone="primary" busy={save.isPending}>
          Save
        </Button>
      </div>
    </form>
  )
}
