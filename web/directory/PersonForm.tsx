import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { useNavigate } from 'react-router'
import type { User, UserInput } from '../../server/directory/schema.ts'
import { type Person, useInvite, useSavePerson } from '../api/directory.ts'
import { sentenceOf } from '../api/problem.ts'
import { Button } from '../components/Button.tsx'
import { Checkbox } from '../components/Checkbox.tsx'
import { Field } from '../components/Field.tsx'
import { showProblem } from '../components/form-problem.ts'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { PasswordInput } from '../components/PasswordInput.tsx'
import { Select } from '../components/Select.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { exactText } from '../components/time-text.ts'
import { toast } from '../components/toast-store.ts'
import { givenRoles } from './roles.ts'

type Language = User['language']
type Values = {
  firstName: string
  lastName: string
  email: string
  role: string
  language: Language
  timezone: string
  password: string
}

const PASSWORD_LENGTH_MIN = 12
const timeZones = Intl.supportedValuesOf('timeZone')
const ownTimeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone
/** Each in its own words, as whoever looks for it knows no other. */
const languages: Record<Language, string> = { en: 'English', de: 'Deutsch' }
const ownLanguage: Language = navigator.language.startsWith('de') ? 'de' : 'en'

const valuesOf = (person: Person | null): Values => ({
  firstName: person?.firstName ?? '',
  lastName: person?.lastName ?? '',
  email: person?.email ?? '',
  role: person?.role ?? 'USER',
  language: person?.language ?? ownLanguage,
  timezone: person?.timezone ?? ownTimeZone,
  password: '',
})

function inputOf(values: Values, before: Person | null): UserInput {
  const input: UserInput = {
    firstName: values.firstName,
    lastName: values.lastName,
    email: values.email,
    timezone: values.timezone,
    language: values.language,
    position: before?.position ?? '',
    department: before?.department ?? '',
  }
  const role = givenRoles.find((one) => one.role === values.role)?.role
  if (role) input.role = role
  if (values.password !== '') input.password = values.password
  return input
}

/** Who it is, where mail reaches them, and whether they may sign in. */
export function PersonForm({ person }: { person: Person | null }) {
  const save = useSavePerson()
  const invite = useInvite()
  const [wantsInvitation, setWantsInvitation] = useState(true)
  const navigate = useNavigate()
  const [problem, setProblem] = useState<string | null>(null)
  const form = useForm<Values>({ defaultValues: valuesOf(person) })
  const { errors } = form.formState

  const submit = form.handleSubmit(async (values) => {
    setProblem(null)
    try {
      const saved = await save.mutateAsync({ id: person?.id, input: inputOf(values, person) })
      const isInvited = person === null && values.password === '' && wantsInvitation
      // The person is there already: what becomes of the mail is told apart.
      if (isInvited) invite.mutate(saved.id, { onError: (error) => toast(sentenceOf(error), 'danger') })
      toast(
        person ? 'Saved.' : isInvited ? `${values.firstName} was added and invited.` : `${values.firstName} was added.`,
      )
      navigate('/people')
    } catch (error) {
      setProblem(
        showProblem(form, error, ['firstName', 'lastName', 'email', 'role', 'language', 'timezone', 'password']),
      )
    }
  })

  return (
    <form className="grid gap-4 p-4 md:py-6" onSubmit={submit} noValidate>
      {problem && <Notice tone="danger">{problem}</Notice>}
      <Section title="Person">
        <div className="grid gap-4">
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="First name" error={errors.firstName?.message}>
              {(control) => (
                <TextInput {...control} {...form.register('firstName', { required: 'Give a first name.' })} />
              )}
            </Field>
            <Field label="Last name" error={errors.lastName?.message}>
              {(control) => <TextInput {...control} {...form.register('lastName')} />}
            </Field>
          </div>
          <Field label="E-mail" hint="Alerts are sent here." error={errors.email?.message}>
            {(control) => (
              <TextInput
                {...control}
                type="email"
                {...form.register('email', { required: 'Give an e-mail address.' })}
              />
            )}
          </Field>
          {person?.role === 'OWNER' ? (
            <p className="text-sm text-muted">This person owns the installation; that role stays.</p>
          ) : (
            <Field label="Role" error={errors.role?.message}>
              {(control) => (
                <Select {...control} {...form.register('role')}>
                  {givenRoles.map(({ role, label }) => (
                    <option key={role} value={role}>
                      {label}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          )}
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Language" hint="Of alerts and other messages." error={errors.language?.message}>
              {(control) => (
                <Select {...control} {...form.register('language')}>
                  {Object.entries(languages).map(([code, name]) => (
                    <option key={code} value={code} lang={code}>
                      {name}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <Field label="Time zone" error={errors.timezone?.message}>
              {(control) => (
                <Select {...control} {...form.register('timezone')}>
                  {[...new Set([form.getValues('timezone'), 'UTC', ...timeZones])].map((zone) => (
                    <option key={zone} value={zone}>
                      {zone.replaceAll('_', ' ')}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
        </div>
      </Section>
      <Section
        title="Signing in"
        hint={
          person?.canSignIn
            ? 'A new password signs them out everywhere.'
            : 'Without a password they are paged, but cannot sign in.'
        }
      >
        <Field
          label={person?.canSignIn ? 'New password' : 'Password'}
          optional
          hint="At least 12 characters."
          error={errors.password?.message}
        >
          {(control) => (
            <PasswordInput
              {...control}
              autoComplete="new-password"
              {...form.register('password', {
                validate: (value) => value === '' || value.length >= PASSWORD_LENGTH_MIN || 'At least 12 characters.',
              })}
            />
          )}
        </Field>
        {person === null && form.watch('password') === '' && (
          <div className="mt-4">
            <Checkbox
              label="Send an invitation"
              hint="By e-mail: a link at which they choose a password themselves. It works once, for a week."
              checked={wantsInvitation}
              onChange={(event) => setWantsInvitation(event.target.checked)}
            />
          </div>
        )}
        {person && !person.canSignIn && <Invite person={person} />}
      </Section>
      <div className="flex justify-end gap-2">
        <Button onClick={() => navigate('/people')}>Cancel</Button>
        <Button type="submit" tone="primary" busy={save.isPending}>
          {person ? 'Save' : 'Add person'}
        </Button>
      </div>
    </form>
  )
}

function Invite({ person }: { person: Person }) {
  const invite = useInvite()
  return (
    <div className="mt-4 grid gap-2">
      {invite.error && <Notice tone="danger">{sentenceOf(invite.error)}</Notice>}
      <div className="flex flex-wrap items-center gap-3">
        <Button
          busy={invite.isPending}
          onClick={() => invite.mutate(person.id, { onSuccess: () => toast(`${person.firstName} is invited.`) })}
        >
          {person.invitedAt ? 'Invite again' : 'Send an invitation'}
        </Button>
        {person.invitedAt && <p className="text-sm text-muted">Invited {exactText(person.invitedAt)}.</p>}
      </div>
    </div>
  )
}
