import { useState } from 'react'
import { useForm } from 'react-hook-form'
import type { Contact, ContactKind } from '../../server/notifications/contacts/schema.ts'
import { useAddContact, useChannels } from '../api/notifications.ts'
import { Button } from '../components/Button.tsx'
import { CopyField } from '../components/CopyField.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Field } from '../components/Field.tsx'
import { showProblem } from '../components/form-problem.ts'
import { Notice } from '../components/Notice.tsx'
import { Select } from '../components/Select.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { contactKinds, kindOfMethod } from './names.ts'
import { pushTrouble, subscribeBrowser } from './push.ts'

type Props = {
  personId: number
  isOwn: boolean
  open: boolean
  onClose: () => void
  onAdded: (contact: Contact) => void
}

/** Asks for a contact of a kind whose channel is set up. */
export function AddContact({ open, onClose, ...rest }: Props) {
  return (
    <Dialog open={open} onClose={onClose} title="Add contact" description="A code is sent there to verify it.">
      <Form onClose={onClose} {...rest} />
    </Dialog>
  )
}

type Values = { kind: ContactKind; target: string }

function Form({ personId, isOwn, onClose, onAdded }: Omit<Props, 'open'>) {
  const add = useAddContact(personId)
  const kinds = useKinds(isOwn)
  const [problem, setProblem] = useState<string | null>(null)
  const [made, setMade] = useState<{ contact: Contact; signingKey: string } | null>(null)
  const form = useForm<Values>({ defaultValues: { kind: 'emails', target: '' } })
  const kind = form.watch('kind')
  const isBrowser = kind === 'push-devices'
  const words = contactKinds[kind]
  const trouble = isBrowser ? pushTrouble() : null

  const submit = form.handleSubmit(async ({ target }) => {
    setProblem(null)
    try {
      const input = isBrowser ? await subscribeBrowser() : { target }
      const { signingKey, ...contact } = await add.mutateAsync({ kind, input })
      if (signingKey) setMade({ contact, signingKey })
      else onAdded(contact)
    } catch (error) {
      setProblem(showProblem(form, error, ['target']))
    }
  })

  if (made) {
    return (
      <div className="grid gap-4 pb-1">
        <CopyField label="Signing key" value={made.signingKey} />
        <p className="text-sm text-muted">It proves that a call comes from Tocsin. It is not shown again.</p>
        <div className="flex justify-end">
          <Button tone="primary" onClick={() => onAdded(made.contact)}>
            Go on to verify
          </Button>
        </div>
      </div>
    )
  }
  return (
    <form className="grid gap-4 pb-1" onSubmit={submit} noValidate>
      {problem && <Notice tone="danger">{problem}</Notice>}
      <Field label="Kind">
        {(control) => (
          <Select {...control} {...form.register('kind')}>
            {kinds.map((one) => (
              <option key={one} value={one}>
                {contactKinds[one].label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {isBrowser ? (
        <p className="text-sm text-muted">{trouble ?? words.hint}</p>
      ) : (
        <Field label={words.field} hint={words.hint} error={form.formState.errors.target?.message}>
          {(control) => (
            <TextInput
              {...control}
              placeholder={words.placeholder}
              spellCheck={false}
              {...form.register('target', { required: 'Give the address.' })}
            />
          )}
        </Field>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" tone="primary" busy={add.isPending} disabled={trouble !== null}>
          Add contact
        </Button>
      </div>
    </form>
  )
}

/** Only what has a channel; a browser only for oneself, as it is the one in front of one. */
function useKinds(isOwn: boolean): ContactKind[] {
  const ready = (useChannels().data ?? []).filter((channel) => channel.state === 'READY')
  const kinds = [...new Set(ready.map((channel) => kindOfMethod(channel.method)))]
  return kinds.filter((kind) => isOwn || kind !== 'push-devices')
}
