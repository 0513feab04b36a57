import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { ChannelMethod } from '../../server/channels/schema.ts'
import type { Contact } from '../../server/notifications/contacts/schema.ts'
import type { NotificationRule, RuleList, RuleType } from '../../server/notifications/rules/schema.ts'
import { useAddRule, useContacts, useRemoveRule, useRules } from '../api/notifications.ts'
import { sentenceOf } from '../api/problem.ts'
import { Answer } from '../components/Answer.tsx'
import { Button, IconButton } from '../components/Button.tsx'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { Select } from '../components/Select.tsx'
import { minutesText } from '../components/time-text.ts'
import { toast } from '../components/toast-store.ts'
import { methodNames } from './names.ts'

type Group = { list: RuleList; type: RuleType; title: string; empty: string }

const GROUPS: readonly Group[] = [
  {
    list: 'alerts',
    type: 'HIGH_PRIORITY',
    title: 'High priority',
    empty: 'No rule: high priority goes to the e-mail contact at once.',
  },
  { list: 'alerts', type: 'LOW_PRIORITY', title: 'Low priority', empty: 'No rule: not told of low priority.' },
  {
    list: 'duties',
    type: 'ON_CALL',
    title: 'Before a shift',
    empty: 'Not reminded.',
  },
  { list: 'updates', type: 'ALERT_ACCEPTED', title: 'Somebody accepted', empty: 'Not told.' },
  { list: 'updates', type: 'ALERT_RESOLVED', title: 'Resolved', empty: 'Not told.' },
  { list: 'updates', type: 'ALERT_ESCALATED', title: 'Escalated to others', empty: 'Not told.' },
]
const DELAYS = [0, 1, 2, 3, 5, 10, 15, 30, 60] as const
/** ilert's choices. */
const LEADS = [0, 15, 30, 60, 180, 360, 720, 1_440] as const

/** How a person wants to hear of what. */
export function Rules({ personId }: { personId: number }) {
  const contacts = useContacts(personId)
  return (
    <Section title="Notification rules" hint="Which contact is used for what, and when.">
      <Answer query={contacts}>
        {(known) => (
          <div className="grid gap-5">
            {GROUPS.map((group) => (
              <RuleGroup key={group.type} personId={personId} group={group} contacts={known} />
            ))}
          </div>
        )}
      </Answer>
    </Section>
  )
}

function RuleGroup({ personId, group, contacts }: { personId: number; group: Group; contacts: readonly Contact[] }) {
  const query = useRules(personId, group.list)
  const [isAdding, setIsAdding] = useState(false)
  return (
    <section className="grid gap-1.5" aria-label={group.title}>
      <div className="flex items-center justify-between gap-3">
        <h3 className="text-sm font-medium">{group.title}</h3>
        <Button size="sm" tone="quiet" aria-expanded={isAdding} onClick={() => setIsAdding(!isAdding)}>
          {isAdding ? 'Close' : 'Add rule'}
        </Button>
      </div>
      <Answer query={query}>
        {(rules) => {
          const own = rules.filter((rule) => rule.type === group.type)
          return (
            <>
              {own.length === 0 ? (
                <p className="text-sm text-muted">{group.empty}</p>
              ) : (
                <ul className="grid divide-y rounded-lg border">
                  {own.map((rule) => (
                    <RuleRow key={rule.id} personId={personId} list={group.list} rule={rule} contacts={contacts} />
                  ))}
                </ul>
              )}
              {isAdding && (
                <AddRule personId={personId} group={group} contacts={contacts} onAdded={() => setIsAdding(false)} />
              )}
            </>
          )
        }}
      </Answer>
    </section>
  )
}

type RowProps = { personId: number; list: RuleList; rule: NotificationRule; contacts: readonly Contact[] }

function RuleRow({ personId, list, rule, contacts }: RowProps) {
  const remove = useRemoveRule(personId, list)
  const contact = contacts.find((one) => one.id === rule.contact?.id)
  const works = rule.contact === null || contact?.status === 'OK'
  return (
    <li className="flex items-center justify-between gap-3 py-1 ps-3 pe-1 text-sm">
      <span className="min-w-0 break-words">
        {whenOf(list, rule)}
        <span className="font-medium">{methodNames[rule.method]}</span>{' '}
        <span className="break-all text-muted">{rule.contact?.target ?? 'every browser'}</span>
        {!works && <span className="text-caution"> (not used: verify the contact)</span>}
      </span>
      <IconButton
        label={`Remove ${methodNames[rule.method]}`}
        busy={remove.isPending}
        onClick={() => remove.mutate(rule.id, { onError: (error) => toast(sentenceOf(error), 'danger') })}
      >
        <Trash2 className="size-4" aria-hidden />
      </IconButton>
    </li>
  )
}

function whenOf(list: RuleList, { delayMin, beforeMin }: NotificationRule): string {
  if (list === 'duties') return `${leadText(beforeMin)} by `
  if (list !== 'alerts') return ''
  return delayMin === 0 ? 'At once by ' : `After ${delayMin} min by `
}

function leadText(minutes: number): string {
  return minutes === 0 ? 'When it begins' : `${minutesText(minutes)} before`
}

type Choice = { key: string; label: string; method: ChannelMethod; contact: { id: number } | null }

function choicesOf(contacts: readonly Contact[], list: RuleList): Choice[] {
  const browsers = contacts.filter((contact) => contact.kind === 'push-devices')
  const all: Choice[] =
    browsers.length > 0 ? [{ key: 'PUSH', label: 'Push · every browser', method: 'PUSH', contact: null }] : []
  const each = contacts
    .filter((contact) => contact.kind !== 'push-devices')
    .flatMap((contact) =>
      contact.methods
        .filter((method) => list === 'alerts' || method !== 'VOICE')
        .map((method) => ({
          key: `${method}/${contact.id}`,
          label: `${methodNames[method]} · ${contact.target}`,
          method,
          contact: { id: contact.id },
        })),
    )
  return [...all, ...each]
}

type AddProps = { personId: number; group: Group; contacts: readonly Contact[]; onAdded: () => void }

function AddRule({ personId, group, contacts, onAdded }: AddProps) {
  const add = useAddRule(personId, group.list)
  const choices = choicesOf(contacts, group.list)
  const [key, setKey] = useState('')
  const [delay, setDelay] = useState('0')
  const [lead, setLead] = useState('30')
  const chosen = choices.find((one) => one.key === key) ?? choices[0]
  if (!chosen) return null
  return (
    <div className="grid gap-1.5">
      {add.error && <Notice tone="danger">{sentenceOf(add.error)}</Notice>}
      <div className="flex flex-wrap gap-1.5">
        <div className="min-w-0 flex-1 basis-44">
          <Select
            compact
            aria-label={`Way for ${group.title}`}
            value={chosen.key}
            onChange={(event) => setKey(event.target.value)}
          >
            {choices.map((one) => (
              <option key={one.key} value={one.key}>
                {one.label}
              </option>
            ))}
          </Select>
        </div>
        {group.list === 'alerts' && (
          <div className="w-32">
            <Select
              compact
              aria-label={`Delay for ${group.title}`}
              value={delay}
              onChange={(event) => setDelay(event.target.value)}
            >
              {DELAYS.map((minutes) => (
                <option key={minutes} value={minutes}>
                  {minutes === 0 ? 'At once' : `After ${minutes} min`}
                </option>
              ))}
            </Select>
          </div>
        )}
        {group.list === 'duties' && (
          <div className="w-36">
            <Select
              compact
              aria-label="How long before a shift"
              value={lead}
              onChange={(event) => setLead(event.target.value)}
            >
              {LEADS.map((minutes) => (
                <option key={minutes} value={minutes}>
                  {leadText(minutes)}
                </option>
              ))}
            </Select>
          </div>
        )}
        <Button
          busy={add.isPending}
          onClick={() =>
            add.mutate(
              {
                type: group.type,
                method: chosen.method,
                contact: chosen.contact,
                delayMin: Number(delay),
                beforeMin: Number(lead),
              },
              { onSuccess: onAdded },
            )
          }
          tone="primary"
        >
          Add
        </Button>
      </div>
    </div>
  )
}
