import { useEffect, useRef, useState } from 'react'
import { useForm } from 'react-hook-form'
import type { Contact } from '../../server/notifications/contacts/schema.ts'
import { useNotice, useSend, useVerify } from '../api/notifications.ts'
import { sentenceOf } from '../api/problem.ts'
import { Button } from '../components/Button.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Field } from '../components/Field.tsx'
import { showProblem } from '../components/form-problem.ts'
import { Notice } from '../components/Notice.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'
import { methodNames } from './names.ts'

type Props = { personId: number; contact: Contact; onClose: () => void }

/** Sends a code to the contact and takes it back. */
export function VerifyContact({ personId, contact, onClose }: Props) {
  return (
    <Dialog open onClose={onClose} title="Verify contact" description={contact.target}>
      <Form personId={personId} contact={contact} onClose={onClose} />
    </Dialog>
  )
}

function Form({ personId, contact, onClose }: Props) {
  const send = useSend(personId)
  const verify = useVerify(personId)
  const [problem, setProblem] = useState<string | null>(null)
  const form = useForm<{ code: string }>({ defaultValues: { code: '' } })
  const notice = useNotice(send.data?.noticeId ?? null).data
  const wasSent = useRef(false)
  const { mutate } = send
  useEffect(() => {
    if (wasSent.current) return
    wasSent.current = true
    mutate({ contact, what: 'send-code' })
  }, [mutate, contact])

  const submit = form.handleSubmit(async ({ code }) => {
    setProblem(null)
    try {
      await verify.mutateAsync({ contact, code })
      toast('The contact is verified.')
      onClose()
    } catch (error) {
      setProblem(showProblem(form, error, ['code']))
    }
  })

  return (
    <form className="grid gap-4 pb-1" onSubmit={submit} noValidate>
      {problem && <Notice tone="danger">{problem}</Notice>}
      {send.error && <Notice tone="caution">{sentenceOf(send.error)}</Notice>}
      {notice?.status === 'ERROR' && <Notice tone="danger">{notice.errorMessage}</Notice>}
      <Field
        label="Code"
        hint={notice?.status === 'SUCCESS' ? 'A code is on its way there.' : 'A code is being sent there.'}
        error={form.formState.errors.code?.message}
      >
        {(control) => (
          <TextInput
            {...control}
            inputMode="numeric"
            autoComplete="one-time-code"
            {...form.register('code', { required: 'Enter the code.' })}
          />
        )}
      </Field>
      <div className="flex flex-wrap justify-end gap-2">
        {contact.methods.map((method) => (
          <Button key={method} busy={send.isPending} onClick={() => mutate({ contact, what: 'send-code', method })}>
            {contact.methods.length > 1 ? `Send by ${methodNames[method]}` : 'Send again'}
          </Button>
        ))}
        <Button type="submit" tone="primary" busy={verify.isPending}>
          Verify
        </Button>
      </div>
    </form>
  )
}
