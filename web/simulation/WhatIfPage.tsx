import { FlaskConical, Plug } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { useForm } from 'react-hook-form'
import { useSearchParams } from 'react-router'
import type { AlertSource, Integration } from '../../server/alert-sources/schema.ts'
import type { EscalationPolicy } from '../../server/escalation/schema.ts'
import { useAlertSources, useIntegrations } from '../api/alert-sources.ts'
import { usePeople, useTeams } from '../api/directory.ts'
import { useEscalationPolicies } from '../api/escalation.ts'
import { Problem, sentenceOf } from '../api/problem.ts'
import { useSchedules } from '../api/schedules.ts'
import { useSession } from '../api/session.ts'
import { useSimulation } from '../api/simulation.ts'
import { Answer } from '../components/Answer.tsx'
import { Button, ButtonLink } from '../components/Button.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { Field } from '../components/Field.tsx'
import { ownTimezone, toLocalInput } from '../components/local-time.ts'
import { Notice } from '../components/Notice.tsx'
import { Page, Section } from '../components/Page.tsx'
import { Select } from '../components/Select.tsx'
import { SkeletonPage, SkeletonRows } from '../components/Skeleton.tsx'
import { Switch } from '../components/Switch.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { nowMs } from '../components/useNow.ts'
import { type PolicyValues, valuesOf } from '../escalation/policy-values.ts'
import type { Askable } from '../escalation/targets.ts'
import { changesOf, editOf, momentOf, type Payload, payloadInput } from './draft.ts'
import { EditFields } from './EditFields.tsx'
import { Outcome } from './Outcome.tsx'
import { PayloadFields } from './PayloadFields.tsx'

/** What would happen if an event came: whom it would page, minute by minute. Nothing is sent. */
export function WhatIfPage() {
  const [params, setParams] = useSearchParams()
  const sources = useAlertSources()
  const policies = useEscalationPolicies()
  const integrations = useIntegrations()
  const people = usePeople()
  const schedules = useSchedules()
  const teams = useTeams()
  const missing = [sources, policies, integrations, people, schedules, teams].find((query) => query.data === undefined)
  if (missing) {
    return (
      <Answer query={missing} skeleton={<SkeletonPage />}>
        {() => null}
      </Answer>
    )
  }
  const askable = { people: people.data ?? [], schedules: schedules.data ?? [], teams: teams.data ?? [] }
  const all = sources.data ?? []
  const source = chosenSource(all, params)
  return (
    <Page title="What if">
      {source === undefined ? (
        <EmptyState
          icon={Plug}
          title="No alert source yet"
          text="Add an alert source, and see here whom its events would page."
          action={
            <ButtonLink tone="primary" to="/alert-sources/new">
              Add alert source
            </ButtonLink>
          }
        />
      ) : (
        <Trial
          key={source.id}
          source={source}
          sources={all}
          integration={(integrations.data ?? []).find((one) => one.type === source.integrationType)}
          policies={policies.data ?? []}
          askable={askable}
          delivery={params.get('delivery')}
          onSource={(id) => setParams({ source: String(id) }, { replace: true })}
        />
      )}
    </Page>
  )
}

/** The source that is named, or one that asks the policy that is named. */
function chosenSource(sources: readonly AlertSource[], params: URLSearchParams): AlertSource | undefined {
  const named = sources.find((one) => one.id === Number(params.get('source')))
  const policy = Number(params.get('policy'))
  return named ?? sources.find((one) => one.escalationPolicy.id === policy) ?? sources[0]
}

type Props = {
  source: AlertSource
  sources: readonly AlertSource[]
  integration: Integration | undefined
  policies: readonly EscalationPolicy[]
  askable: Askable
  delivery: string | null
  onSource: (id: number) => void
}

function Trial({ source, sources, integration, policies, askable, delivery, onSource }: Props) {
  const simulation = useSimulation()
  const mayEdit = useSession().data?.user?.role !== 'RESPONDER'
  const [payload, setPayload] = useState<Payload>({
    kind: delivery ?? 'SUMMARY',
    summary: 'Something is wrong',
    priority: '',
    body: integration?.example ?? '',
  })
  const [at, setAt] = useState('')
  const [wrong, setWrong] = useState<Record<string, string>>({})
  const [compares, setCompares] = useState(false)
  const [edit, setEdit] = useState(() => editOf(source))
  const policy = policies.find((one) => one.id === edit.policy)
  const form = useForm<PolicyValues>(policy ? { values: valuesOf(policy) } : {})

  const result = useRef<HTMLElement>(null)
  const failed = simulation.error
  const fields = failed instanceof Problem ? failed.fields : []
  const error = (field: string) => wrong[field] ?? fields.find((one) => one.field === field)?.message
  const shownAtFields = [
    'at',
    'delivery.id',
    'delivery.body',
    'event.summary',
    'changes.alertSource.eventFilter',
    'changes.alertSource.escalationPolicy.id',
  ]
  const rest = fields.filter((one) => !shownAtFields.includes(one.field))

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const moment = momentOf(at)
    if (moment === undefined) return setWrong({ at: 'Say day and time, or leave it empty.' })
    const changes = compares ? changesOf(source, edit, policy, form.getValues()) : null
    if (compares && !(await form.trigger())) return
    if (compares && changes === null)
      return setWrong({ changes: 'Change something, so that there is an edit to compare.' })
    setWrong({})
    const input = {
      alertSource: { id: source.id },
      ...(moment === null ? {} : { at: moment }),
      ...payloadInput(payload),
      ...(changes ? { changes } : {}),
    }
    // Where the answer stands below the form, nobody would see that it came.
    simulation.mutate(input, { onSuccess: () => result.current?.scrollIntoView({ block: 'nearest' }) })
  }

  return (
    <div className="grid max-w-page grid-cols-1 gap-4 p-4 md:p-6 xl:grid-cols-[24rem_minmax(0,1fr)]">
      <form className="grid min-w-0 content-start gap-4" onSubmit={submit} noValidate>
        <Section title="If this came" hint="Nothing is sent, whatever you try here.">
          <div className="grid gap-4">
            <Field label="Alert source" error={error('alertSource.id')}>
              {(control) => (
                <Select {...control} value={source.id} onChange={(event) => onSource(Number(event.target.value))}>
                  {sources.map((one) => (
                    <option key={one.id} value={one.id}>
                      {one.name}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <PayloadFields source={source.id} payload={payload} onChange={setPayload} error={error} />
            <Moment at={at} onChange={setAt} error={error('at')} />
            {mayEdit && (
              <Switch
                label="Compare with an edit"
                hint="Today beside settings that are not saved."
                checked={compares}
                onChange={(event) => setCompares(event.target.checked)}
              />
            )}
          </div>
        </Section>
        {compares && (
          <EditFields
            source={source.id}
            edit={edit}
            onEdit={setEdit}
            policy={policy}
            form={form}
            askable={askable}
            error={error}
          />
        )}
        <div className="z-30 -mx-1 grid gap-2 border-t bg-canvas px-1 py-3 md:sticky md:bottom-0">
          {wrong.changes && <Notice tone="caution">{wrong.changes}</Notice>}
          {failed && (fields.length === 0 || rest.length > 0) && (
            <Notice tone="danger">
              {fields.length === 0 ? sentenceOf(failed) : rest.map((one) => one.message).join(' ')}
            </Notice>
          )}
          <Button type="submit" tone="primary" size="lg" busy={simulation.isPending}>
            Simulate
          </Button>
        </div>
      </form>
      <section
        ref={result}
        aria-label="What would happen"
        aria-live="polite"
        className="grid min-w-0 scroll-mt-18 content-start gap-4"
      >
        {simulation.isPending ? (
          <SkeletonRows />
        ) : simulation.data ? (
          <Outcome told={simulation.data} />
        ) : (
          <EmptyState
            icon={FlaskConical}
            title="Nothing simulated yet"
            text="Choose what arrives and when. You will see which policy is asked, who is told by which channel, and what follows minute by minute if nobody answers."
          />
        )}
      </section>
    </div>
  )
}

const HOUR_MS = 3_600_000
const NIGHT_HOUR = 3

function Moment({ at, onChange, error }: { at: string; onChange: (at: string) => void; error: string | undefined }) {
  const tonight = () => {
    const night = new Date(nowMs())
    if (night.getHours() >= NIGHT_HOUR) night.setDate(night.getDate() + 1)
    night.setHours(NIGHT_HOUR, 0, 0, 0)
    return night
  }
  return (
    <div className="grid gap-2">
      <Field label="When" hint={`Past or future, in ${ownTimezone()}. Empty: now.`} error={error}>
        {(control) => (
          <TextInput {...control} type="datetime-local" value={at} onChange={(event) => onChange(event.target.value)} />
        )}
      </Field>
      <div className="flex flex-wrap gap-1.5">
        <Button size="sm" onClick={() => onChange('')}>
          Now
        </Button>
        <Button size="sm" onClick={() => onChange(toLocalInput(new Date(nowMs() + HOUR_MS)))}>
          In 1 h
        </Button>
        <Button size="sm" onClick={() => onChange(toLocalInput(tonight()))}>
          Next night at 3
        </Button>
      </div>
    </div>
  )
}
