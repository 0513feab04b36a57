import { type FormEvent, type ReactNode, useState } from 'react'
import { useForm } from 'react-hook-form'
import { useNavigate } from 'react-router'
import type { ConnectorType } from '../../server/alert-actions/schema.ts'
import { RuleEditor } from '../alert-sources/rules/RuleEditor.tsx'
import { errorOf } from '../alert-sources/rules/rule-draft.ts'
import { type Action, type ActionType, useChangeAction, useConnectors } from '../api/alert-actions.ts'
import { sentenceOf } from '../api/problem.ts'
import { Button } from '../components/Button.tsx'
import { Field } from '../components/Field.tsx'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { SchemaForm } from '../components/SchemaForm.tsx'
import { Select } from '../components/Select.tsx'
import { fieldsOfSchema, initialValues, type SchemaValues, settingsToSend } from '../components/schema-fields.ts'
import { TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'
import { ActionPreviewPanel, type Trial, useActionTrial } from './ActionPreviewPanel.tsx'
import { type ActionDraft, draftOf, inputOf } from './action-draft.ts'
import { HeadersField } from './ConnectorList.tsx'
import { fieldsOf } from './problem-fields.ts'
import { WhenFields } from './WhenFields.tsx'

type Props = { action: Action | null; types: readonly ActionType[] }

/** Where it sends to, when, and what it says; with what that makes of an alert beside it. */
export function ActionForm({ action, types }: Props) {
  const [draft, setDraft] = useState<ActionDraft>(() => draftOf(action))
  const kind = types.find(({ type }) => type === draft.type) ?? types[0]
  if (!kind) return null
  return <KindForm key={kind.type} action={action} types={types} kind={kind} draft={draft} setDraft={setDraft} />
}

type KindProps = Props & {
  kind: ActionType
  draft: ActionDraft
  setDraft: (change: (before: ActionDraft) => ActionDraft) => void
}

function KindForm({ action, types, kind, draft, setDraft }: KindProps) {
  const isSameKind = action?.connectorType === kind.type
  const saved = isSameKind ? action.params : {}
  const all = fieldsOfSchema(kind.schema)
  const fields = draft.connectorId === '' ? all : all.filter(({ name }) => !kind.connectorFields.includes(name))
  const form = useForm<SchemaValues>({ defaultValues: initialValues(all, saved) })
  const [trial, setTrial] = useState<Trial>({ alertId: null, triggerType: null })
  const [problem, setProblem] = useState<string | null>(null)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const change = useChangeAction()
  const navigate = useNavigate()
  const set = (changed: Partial<ActionDraft>) => {
    setDraft((before) => ({ ...before, ...changed }))
    setErrors((before) => Object.fromEntries(Object.entries(before).filter(([field]) => !isAbout(field, changed))))
  }
  const sendsText = kind.sends === 'TEXT'
  const { preview, failure } = useActionTrial(draft, sendsText, trial)
  const known = preview?.fields ?? []
  const place = (field: string) => errorOf(preview?.errors ?? [], field) ?? errors[field]

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setProblem(null)
    setErrors({})
    form.clearErrors()
    const input = inputOf(draft, settingsToSend(fields, form.getValues()), sendsText)
    try {
      const made = await change.mutateAsync({ id: action?.id, input })
      toast('Saved.')
      if (made && (action === null || made.signingKey)) {
        navigate(`/alert-actions/${made.id}`, { state: made.signingKey ? { signingKey: made.signingKey } : null })
      }
    } catch (error) {
      const found = fieldsOf(error)
      setErrors(found)
      for (const { name } of fields) {
        const message = found[`params.${name}`]
        if (message) form.setError(name, { message })
      }
      setProblem(
        Object.keys(found).length > 0 ? 'Some fields need another look: nothing was saved.' : sentenceOf(error),
      )
    }
  }

  return (
    <div className="grid max-w-page grid-cols-1 gap-4 p-4 md:p-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <form className="grid min-w-0 content-start gap-4" onSubmit={submit} noValidate>
        <Part title="Where it goes">
          <Field label="Name" error={errors.name}>
            {(control) => (
              <TextInput
                {...control}
                maxLength={255}
                placeholder="Tell the team room"
                value={draft.name}
                onChange={(event) => set({ name: event.target.value })}
              />
            )}
          </Field>
          <Field label="Kind" hint={kind.summary}>
            {(control) => (
              <Select
                {...control}
                value={draft.type}
                onChange={(event) => set({ type: event.target.value as ConnectorType, connectorId: '' })}
              >
                {types.map(({ type, title }) => (
                  <option key={type} value={type}>
                    {title}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <ConnectorChoice kind={kind} draft={draft} set={set} error={errors.connectorId} />
          <SchemaForm form={form} fields={fields} saved={saved} />
          {kind.type === 'webhook' && draft.connectorId === '' && (
            <HeadersField
              value={draft.headers}
              onChange={(headers) => set({ headers })}
              error={errors['params.headers']}
            />
          )}
        </Part>
        <Part title="When">
          <WhenFields draft={draft} set={set} errors={errors} />
          <RuleEditor
            label="Condition"
            hint="Left empty, every alert goes. Otherwise only those for which this holds."
            language="condition"
            placeholder="alert.priority == 'HIGH'"
            value={draft.conditions}
            onChange={(conditions) => set({ conditions })}
            fields={known}
            error={place('conditions')}
          />
        </Part>
        <Part title="What it says" hint="Type {{ and what an alert has is offered.">
          {sendsText && (
            <RuleEditor
              label="Title"
              hint="Left empty, it says what happened and the alert’s summary."
              language="template"
              placeholder="{{ alertSummary }}"
              value={draft.titleTemplate}
              onChange={(titleTemplate) => set({ titleTemplate })}
              fields={known}
              error={place('params.titleTemplate')}
            />
          )}
          <RuleEditor
            label={sendsText ? 'Text' : 'Body'}
            hint={
              sendsText
                ? 'Left empty, it says who did it and how the alert stands.'
                : 'JSON; values are escaped as they are put in. Left empty, the alert with all it has.'
            }
            language="template"
            rows={4}
            placeholder={sendsText ? '{{ eventText }}' : '{"text": "{{ alertSummary }}"}'}
            value={draft.bodyTemplate}
            onChange={(bodyTemplate) => set({ bodyTemplate })}
            fields={known}
            error={place('params.bodyTemplate')}
          />
        </Part>
        <div className="z-30 -mx-1 grid gap-2 border-t bg-canvas px-1 py-3 md:sticky md:bottom-0">
          {problem && <Notice tone="danger">{problem}</Notice>}
          <div className="flex items-center justify-end gap-2">
            {!action && <Button onClick={() => navigate('/alert-actions')}>Cancel</Button>}
            <Button type="submit" tone="primary" busy={change.isPending}>
              {action ? 'Save' : 'Add alert action'}
            </Button>
          </div>
        </div>
      </form>
      <div className="min-w-0 content-start lg:sticky lg:top-18 lg:self-start">
        <ActionPreviewPanel draft={draft} trial={trial} onTrial={setTrial} preview={preview} failure={failure} />
      </div>
    </div>
  )
}

/** Whether what was wrong with a field may be mended by this change. */
function isAbout(field: string, changed: Partial<ActionDraft>): boolean {
  const names: Record<string, string> = { triggers: 'triggerTypes', teams: 'alertSources' }
  return Object.keys(changed).some((name) => [name, names[name], `params.${name}`].includes(field))
}

type ChoiceProps = {
  kind: ActionType
  draft: ActionDraft
  set: (changed: Partial<ActionDraft>) => void
  error: string | undefined
}

/** An address of its own, or one that is shared; not asked while there is nothing to share. */
function ConnectorChoice({ kind, draft, set, error }: ChoiceProps) {
  const connectors = (useConnectors().data ?? []).filter(({ type }) => type === kind.type)
  if (connectors.length === 0) return null
  return (
    <Field label="Address from" error={error}>
      {(control) => (
        <Select {...control} value={draft.connectorId} onChange={(event) => set({ connectorId: event.target.value })}>
          <option value="">An address of its own</option>
          {connectors.map(({ id, name, destination }) => (
            <option key={id} value={id}>
              {`${name} · ${destination}`}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}

function Part({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <Section title={title} hint={hint}>
      <div className="grid gap-4">{children}</div>
    </Section>
  )
}
