import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import type { Connector } from '../../server/alert-actions/schema.ts'
import { type ActionType, useActionTypes, useChangeConnector, useConnectors } from '../api/alert-actions.ts'
import { sentenceOf } from '../api/problem.ts'
import { useSession } from '../api/session.ts'
import { Answer } from '../components/Answer.tsx'
import { Badge } from '../components/Badge.tsx'
import { Button } from '../components/Button.tsx'
import { ConfirmDialog } from '../components/ConfirmDialog.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { Field } from '../components/Field.tsx'
import { Notice } from '../components/Notice.tsx'
import { SchemaForm } from '../components/SchemaForm.tsx'
import { Select } from '../components/Select.tsx'
import { fieldsOfSchema, initialValues, type SchemaValues, settingsToSend } from '../components/schema-fields.ts'
import { TextArea, TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'
import { headersFrom, headersText } from './action-draft.ts'
import { fieldsOf } from './problem-fields.ts'

/** Addresses and credentials that several alert actions share. */
export function ConnectorList() {
  const query = useConnectors()
  const types = (useActionTypes().data ?? []).filter(({ connectorFields }) => connectorFields.length > 0)
  const role = useSession().data?.user?.role
  const mayChange = role === undefined || role === 'ADMIN' || role === 'OWNER'
  const [chosen, setChosen] = useState<Connector | 'new' | null>(null)
  const [leaving, setLeaving] = useState<Connector | null>(null)
  const change = useChangeConnector()
  return (
    <div className="grid gap-4">
      <Answer query={query}>
        {(connectors) =>
          connectors.length === 0 ? (
            <EmptyState
              icon={KeyRound}
              title="No connectors"
              text="A connector holds an address with its credentials once, for several alert actions. An action can also have an address of its own."
              action={mayChange && <Button onClick={() => setChosen('new')}>New connector</Button>}
            />
          ) : (
            <>
              <ul aria-label="Connectors" className="divide-y border-b bg-surface">
                {connectors.map((connector) => (
                  <li key={connector.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5 md:px-6">
                    <div className="min-w-0 flex-1 basis-48">
                      <p className="flex min-w-0 items-center gap-2">
                        <span className="truncate font-medium">{connector.name}</span>
                        <Badge>{types.find(({ type }) => type === connector.type)?.title ?? connector.type}</Badge>
                      </p>
                      <p className="truncate text-sm text-muted">
                        {connector.destination} ·{' '}
                        {connector.usedBy === 1 ? 'used by 1 action' : `used by ${connector.usedBy} actions`}
                      </p>
                    </div>
                    {mayChange && (
                      <div className="flex gap-2">
                        <Button size="sm" onClick={() => setChosen(connector)}>
                          Change
                        </Button>
                        <Button size="sm" tone="dangerQuiet" onClick={() => setLeaving(connector)}>
                          Delete
                        </Button>
                      </div>
                    )}
                  </li>
                ))}
              </ul>
              {mayChange && (
                <div className="px-4 md:px-6">
                  <Button onClick={() => setChosen('new')}>
                    <Plus className="size-4" aria-hidden />
                    New connector
                  </Button>
                </div>
              )}
            </>
          )
        }
      </Answer>
      {chosen !== null && types.length > 0 && (
        <ConnectorDialog connector={chosen === 'new' ? null : chosen} types={types} onClose={() => setChosen(null)} />
      )}
      <ConfirmDialog
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        title={`Delete ${leaving?.name ?? ''}?`}
        text="Its address and credentials are forgotten. It must not be in use."
        action="Delete"
        onConfirm={async () => {
          await change.mutateAsync({ id: leaving?.id, input: null })
          toast('The connector was deleted.')
        }}
      />
    </div>
  )
}

type DialogProps = { connector: Connector | null; types: readonly ActionType[]; onClose: () => void }

function ConnectorDialog({ connector, types, onClose }: DialogProps) {
  const [type, setType] = useState<ActionType['type']>(connector?.type ?? types[0]?.type ?? 'webhook')
  const kind = types.find((one) => one.type === type)
  return (
    <Dialog kind="wide" open onClose={onClose} title={connector ? connector.name : 'New connector'}>
      <div className="grid gap-4">
        {!connector && (
          <Field label="Kind">
            {(control) => (
              <Select {...control} value={type} onChange={(event) => setType(event.target.value as ActionType['type'])}>
                {types.map((one) => (
                  <option key={one.type} value={one.type}>
                    {one.title}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        {kind && <ConnectorForm key={type} connector={connector} kind={kind} onClose={onClose} />}
      </div>
    </Dialog>
  )
}

function ConnectorForm({
  connector,
  kind,
  onClose,
}: {
  connector: Connector | null
  kind: ActionType
  onClose: () => void
}) {
  const fields = fieldsOfSchema(kind.schema)
  const form = useForm<SchemaValues>({ defaultValues: initialValues(fields, connector?.params ?? {}) })
  const [name, setName] = useState(connector?.name ?? '')
  const [headers, setHeaders] = useState(headersText(connector?.params.headers))
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [problem, setProblem] = useState<string | null>(null)
  const change = useChangeConnector()
  const hasHeaders = kind.connectorFields.includes('headers')

  const submit = form.handleSubmit(async (values) => {
    setProblem(null)
    setErrors({})
    const params = { ...settingsToSend(fields, values), ...(hasHeaders ? { headers: headersFrom(headers) } : {}) }
    try {
      await change.mutateAsync({ id: connector?.id, input: { name: name.trim(), type: kind.type, params } })
      toast('Saved.')
      onClose()
    } catch (error) {
      const found = fieldsOf(error)
      setErrors(found)
      for (const field of fields) {
        const message = found[`params.${field.name}`]
        if (message) form.setError(field.name, { message })
      }
      setProblem(Object.keys(found).length > 0 ? null : sentenceOf(error))
    }
  })

  return (
    <form className="grid gap-4 pb-1" onSubmit={submit} noValidate>
      {problem && <Notice tone="danger">{problem}</Notice>}
      <Field label="Name" error={errors.name}>
        {(control) => (
          <TextInput {...control} maxLength={255} value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <SchemaForm form={form} fields={fields} saved={connector?.params ?? {}} />
      {hasHeaders && <HeadersField value={headers} onChange={setHeaders} error={errors['params.headers']} />}
      <div className="flex justify-end">
        <Button type="submit" tone="primary" busy={change.isPending}>
          Save
        </Button>
      </div>
    </form>
  )
}

type HeadersProps = { value: string; onChange: (value: string) => void; error: string | undefined }

/** The headers a call has, one a line. */
export function HeadersField({ value, onChange, error }: HeadersProps) {
  return (
    <Field
      label="Headers"
      optional
      hint="One a line, as Name: value. Values are stored encrypted; leave … to keep the saved one."
      error={error}
    >
      {(control) => (
        <TextArea
          {...control}
          rows={2}
          className="font-mono text-sm"
          spellCheck={false}
          placeholder="Authorization: Bearer …"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
