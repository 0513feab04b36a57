import type { UseFormReturn } from 'react-hook-form'
import { useExternalValue } from '../api/external-value.ts'
import { reachable } from '../api/reachability.ts'
import { useSystemStatus } from '../api/session.ts'
import { Button } from '../components/Button.tsx'
import { Notice } from '../components/Notice.tsx'
import type { SchemaField, SchemaValues } from '../components/schema-fields.ts'

type Props = { form: UseFormReturn<SchemaValues>; fields: readonly SchemaField[] }

/** In the demo, the addresses of its own sandbox, so that nobody has to guess them. */
export function DemoFill({ form, fields }: Props) {
  const sandboxUrl = useSystemStatus(useExternalValue(reachable)).data?.sandboxUrl
  const hasAddresses = ['region', 'apiUrl', 'accountUrl'].every((name) => fields.some((field) => field.name === name))
  const isThere = form.watch('apiUrl') === sandboxUrl && form.watch('accountUrl') === sandboxUrl
  if (!sandboxUrl || !hasAddresses || isThere) return null
  const fill = () => {
    const options = { shouldDirty: true }
    form.setValue('region', 'custom', options)
    form.setValue('apiUrl', sandboxUrl, options)
    form.setValue('accountUrl', sandboxUrl, options)
  }
  return (
    <Notice
      tone="info"
      action={
        <Button size="sm" onClick={fill}>
          Fill in
        </Button>
      }
    >
      This is the demo: its sandbox answers at {sandboxUrl}, and names its account at the foot of each page.
    </Notice>
  )
}
