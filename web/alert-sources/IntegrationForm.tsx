import { type ReactNode, useMemo, useState } from 'react'
import { useForm } from 'react-hook-form'
import type { AlertSource, Integration } from '../../server/alert-sources/schema.ts'
import { inputOf, useSaveAlertSource, useTestConnection } from '../api/alert-sources.ts'
import { Problem, sentenceOf } from '../api/problem.ts'
import { Button } from '../components/Button.tsx'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { SchemaForm } from '../components/SchemaForm.tsx'
import {
  fieldsOfSchema,
  initialValues,
  isShown,
  type SchemaField,
  type SchemaValues,
  settingsToSend,
} from '../components/schema-fields.ts'
import { toast } from '../components/toast-store.ts'
import { ConnectionResult } from './ConnectionResult.tsx'
import { DemoFill } from './DemoFill.tsx'

type Props = {
  source: AlertSource
  integration: Integration
  /** What helps with the settings, drawn from what is typed just now. */
  children?: ((values: SchemaValues) => ReactNode) | undefined
}

// A secret that was saved must not stay in the form.
const AFRESH = { keepDirtyValues: false }

/** The integration's own settings, saved and tried. */
export function IntegrationForm({ source, integration, children }: Props) {
  const fields = useMemo(() => fieldsOfSchema(integration.settingsSchema ?? {}), [integration])
  const saved = source.integrationSettings
  const save = useSaveAlertSource()
  const test = useTestConnection(source.id)
  const [problem, setProblem] = useState<string | null>(null)
  const form = useForm<SchemaValues>({ values: initialValues(fields, saved), resetOptions: { keepDirtyValues: true } })

  const fail = (error: unknown) => setProblem(showAtFields(error, fields, form.getValues(), form.setError))
  const submit = form.handleSubmit(async (values) => {
    setProblem(null)
    test.reset()
    try {
      const settings = settingsToSend(fields, values)
      const now = await save.mutateAsync({
        id: source.id,
        input: { ...inputOf(source), integrationSettings: settings },
      })
      form.reset(initialValues(fields, now.integrationSettings), AFRESH)
      toast('Settings saved.')
    } catch (error) {
      fail(error)
    }
  })
  const tryIt = () => {
    setProblem(null)
    form.clearErrors()
    test.mutate(settingsToSend(fields, form.getValues()), { onError: fail })
  }

  return (
    <Section title={integration.settingsTitle ?? 'Settings'}>
      <form className="grid gap-4" onSubmit={submit} noValidate>
        {problem && <Notice tone="danger">{problem}</Notice>}
        {source.setup[0]?.at === null && <DemoFill form={form} fields={fields} />}
        <SchemaForm form={form} fields={fields} saved={saved} />
        {children?.(form.watch())}
        <div className="flex flex-wrap justify-end gap-2">
          <Button busy={test.isPending} onClick={tryIt}>
            {test.isPending ? 'Testing…' : 'Test connection'}
          </Button>
          <Button type="submit" tone="primary" busy={save.isPending}>
            Save
          </Button>
        </div>
        <div aria-live="polite" className="-mt-4 not-empty:mt-0">
          {test.data && <ConnectionResult test={test.data} title={integration.title} />}
        </div>
      </form>
    </Section>
  )
}

type SetError = (name: string, error: { type: string; message: string }) => void

/** Mistakes go to their fields; what has none comes back as a sentence. */
function showAtFields(
  error: unknown,
  fields: readonly SchemaField[],
  values: SchemaValues,
  setError: SetError,
): string | null {
  if (!(error instanceof Problem) || error.fields.length === 0) return sentenceOf(error)
  const strangers = error.fields.filter(({ field, message }) => {
    const name = field.replace(/^integrationSettings\.?/, '')
    const known = fields.find((one) => one.name === name && isShown(one, values))
    if (known) setError(known.name, { type: 'server', message })
    return !known
  })
  return strangers.length > 0 ? strangers.map((one) => one.message).join(' ') : null
}
