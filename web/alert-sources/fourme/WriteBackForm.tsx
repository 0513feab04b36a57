import { useState } from 'react'
import { Link } from 'react-router'
import type { AlertSource } from '../../../server/alert-sources/schema.ts'
import { Field } from '../../components/Field.tsx'
import { Notice } from '../../components/Notice.tsx'
import { Select } from '../../components/Select.tsx'
import { Switch } from '../../components/Switch.tsx'
import { OptionsForm } from './OptionsForm.tsx'
import { partOf, statusLabel, type TeamRow, teamRows, teamsOf, textOf } from './options.ts'
import { TeamRows } from './TeamRows.tsx'

const DEEDS = [
  {
    name: 'accept',
    label: 'Accepted',
    hint: 'The record gets the status below, and the person with the same e-mail address as member.',
  },
  {
    name: 'resolve',
    label: 'Resolved',
    hint: 'The request is completed, the problem solved; the comment becomes a note.',
  },
  { name: 'comment', label: 'Comments', hint: 'Each becomes a note.' },
  { name: 'reroute', label: 'Handed on', hint: 'The record goes to the team that stands for the escalation policy.' },
] as const
const REASONS = [
  'workaround',
  'gone',
  'duplicate',
  'withdrawn',
  'no_reply',
  'rejected',
  'conflict',
  'declined',
  'unsolvable',
]

/** What is done here and shall stand in 4me too. */
export function WriteBackForm({ source }: { source: AlertSource }) {
  const saved = partOf(source.integrationSettings, 'writeBack')
  const [on, setOn] = useState<Record<string, boolean>>(
    Object.fromEntries([...DEEDS.map(({ name }) => name), 'dryRun'].map((name) => [name, saved[name] === true])),
  )
  const [choices, setChoices] = useState({
    acceptStatus: textOf(saved.acceptStatus) || 'accepted',
    completionReason: textOf(saved.completionReason) || 'solved',
    noteVisibility: textOf(saved.noteVisibility) || 'INTERNAL',
  })
  const [teams, setTeams] = useState<TeamRow[]>(teamRows(saved.teams))
  const flip = (name: string) => (event: { target: { checked: boolean } }) =>
    setOn((before) => ({ ...before, [name]: event.target.checked }))
  const choose = (name: keyof typeof choices) => (event: { target: { value: string } }) =>
    setChoices((before) => ({ ...before, [name]: event.target.value }))
  return (
    <OptionsForm
      source={source}
      title="Write back"
      hint="Off until you switch it on. What cannot be written is tried for a day; a newer change in 4me stands."
      settings={() => ({ writeBack: { ...on, ...choices, teams: teamsOf(teams) } })}
    >
      {DEEDS.map(({ name, label, hint }) => (
        <div key={name} className="grid gap-3">
          <Switch label={label} hint={hint} checked={on[name] === true} onChange={flip(name)} />
          {name === 'accept' && on.accept && (
            <Field label="Status when accepted">
              {(control) => (
                <Select {...control} value={choices.acceptStatus} onChange={choose('acceptStatus')}>
                  <option value="accepted">Accepted, as usual</option>
                  <option value="in_progress">In progress</option>
                </Select>
              )}
            </Field>
          )}
          {name === 'resolve' && on.resolve && (
            <Field label="Completion reason of requests">
              {(control) => (
                <Select {...control} value={choices.completionReason} onChange={choose('completionReason')}>
                  <option value="solved">Solved, as usual</option>
                  {REASONS.map((reason) => (
                    <option key={reason} value={reason}>
                      {statusLabel(reason)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          )}
          {name === 'reroute' && on.reroute && <TeamRows rows={teams} onChange={setTeams} />}
        </div>
      ))}
      {(on.comment || on.resolve) && (
        <Field label="Notes are" hint="Problems have no internal notes: there they are public.">
          {(control) => (
            <Select {...control} value={choices.noteVisibility} onChange={choose('noteVisibility')}>
              <option value="INTERNAL">Internal, as usual</option>
              <option value="PUBLIC">Public: the requester sees them</option>
            </Select>
          )}
        </Field>
      )}
      <Switch
        label="Only show what would be written"
        hint="Nothing changes in 4me; each alert's timeline says what would."
        checked={on.dryRun === true}
        onChange={flip('dryRun')}
      />
      {on.dryRun && (
        <Notice tone="info">
          What would be written is listed under{' '}
          <Link to={`/alert-sources/${source.id}/comparison`} className="font-medium text-accent hover:underline">
            In step
          </Link>
          .
        </Notice>
      )}
    </OptionsForm>
  )
}
