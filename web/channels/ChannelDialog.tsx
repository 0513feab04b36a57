import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { type Channel, useResetChannel, useSaveChannel, useTestChannel } from '../api/notifications.ts'
import { Problem, sentenceOf } from '../api/problem.ts'
import { Button } from '../components/Button.tsx'
import { CopyField } from '../components/CopyField.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Notice } from '../components/Notice.tsx'
import { SchemaForm } from '../components/SchemaForm.tsx'
import { fieldsOfSchema, initialValues, type SchemaValues, settingsToSend } from '../components/schema-fields.ts'
import { toast } from '../components/toast-store.ts'

/** Sets one channel up; the form is drawn from its schema. */
export function ChannelDialog({ channel, onClose }: { channel: Channel | null; onClose: () => void }) {
  if (!channel?.schema) return null
  return (
    <Dialog kind="wide" open onClose={onClose} title={channel.title} description={channel.summary}>
      <Form channel={channel} schema={channel.schema} onClose={onClose} />
    </Dialog>
  )
}

type Props = { channel: Channel; schema: Record<string, unknown>; onClose: () => void }

function Form({ channel, schema, onClose }: Props) {
  const fields = fieldsOfSchema(schema)
  const form = useForm<SchemaValues>({ defaultValues: initialValues(fields, withDefaults(schema, channel.settings)) })
  const save = useSaveChannel()
  const reset = useResetChannel()
  const test = useTestChannel()
  const [problem, setProblem] = useState<string | null>(null)

  const submit = form.handleSubmit(async (values) => {
    setProblem(null)
    try {
      await save.mutateAsync({ method: channel.method, settings: settingsToSend(fields, values) })
      toast(`${channel.title} is set up.`)
      onClose()
    } catch (error) {
      const errors = error instanceof Problem ? error.fields : []
      for (const one of errors) form.setError(one.field.replace(/^settings\./, ''), { message: one.message })
      const isShown = errors.some((one) => fields.some((field) => `settings.${field.name}` === one.field))
      setProblem(isShown ? null : sentenceOf(error))
    }
  })

  return (
    <form className="grid gap-4 pb-1" onSubmit={submit} noValidate>
      {problem && <Notice tone="danger">{problem}</Notice>}
      {test.data && <Notice tone={test.data.ok ? 'good' : 'danger'}>{test.data.text}</Notice>}
      <SchemaForm form={form} fields={fields} saved={channel.settings} />
      {channel.inboundUrl && <CopyField label="Where the provider sends answers" value={channel.inboundUrl} />}
      <div className="flex flex-wrap justify-end gap-2">
        {channel.setBy === 'API' && (
          <Button
            tone="dangerQuiet"
            busy={reset.isPending}
            onClick={() =>
              reset.mutate(channel.method, {
                onSuccess: () => {
                  toast(`${channel.title} is no longer set up here.`)
                  onClose()
                },
              })
            }
          >
            Forget
          </Button>
        )}
        {channel.state !== 'NOT_SET_UP' && (
          <Button busy={test.isPending} onClick={() => test.mutate(channel.method)}>
            Test connection
          </Button>
        )}
        <Button type="submit" tone="primary" busy={save.isPending}>
          Save
        </Button>
      </div>
    </form>
  )
}

/** What a field begins with when nothing is saved. */
function withDefaults(schema: Record<string, unknown>, saved: Record<string, unknown>): Record<string, unknown> {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, { default?: unknown }>)
  const defaults = properties.flatMap(([name, one]) => (one.default === undefined ? [] : [[name, one.default]]))
  return { ...Object.fromEntries(defaults), ...saved }
}
