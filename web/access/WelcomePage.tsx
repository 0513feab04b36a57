import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { Navigate, useLocation } from 'react-router'
import { useSession, useWelcome, useWelcomeState } from '../api/session.ts'
import { Answer } from '../components/Answer.tsx'
import { Button, ButtonLink } from '../components/Button.tsx'
import { Field } from '../components/Field.tsx'
import { showProblem } from '../components/form-problem.ts'
import { Notice } from '../components/Notice.tsx'
import { PasswordInput } from '../components/PasswordInput.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { usePageTitle } from '../components/usePageTitle.ts'
import { Doorway } from './Doorway.tsx'

/** First run: the holder of the one-time link becomes the owner. */
export function WelcomePage() {
  usePageTitle('Welcome')
  const session = useSession()
  const state = useWelcomeState()
  const token = useLocation().hash.slice(1)
  if (session.data) return <Navigate to="/alerts" replace />
  return (
    <Doorway title="Welcome to Tocsin" text="Create the owner of this installation: you, who will be on call first.">
      <Answer query={state}>
        {({ needsOwner }) => {
          if (!needsOwner) return <HasOwner />
          if (token === '') return <NoToken />
          return <OwnerForm token={token} />
        }}
      </Answer>
    </Doorway>
  )
}

function HasOwner() {
  return (
    <div className="grid gap-4">
      <Notice tone="info">This installation already has its owner. The one-time link has done its work.</Notice>
      <ButtonLink to="/sign-in" tone="primary" size="lg">
        Go to sign in
      </ButtonLink>
    </div>
  )
}

function NoToken() {
  return (
    <Notice tone="caution">
      The address lacks its token. Open the whole one-time link that was printed where Tocsin was started.
    </Notice>
  )
}

type Values = { firstName: string; lastName: string; email: string; password: string }

function OwnerForm({ token }: { token: string }) {
  const welcome = useWelcome()
  const [problem, setProblem] = useState<string | null>(null)
  const form = useForm<Values>({ defaultValues: { firstName: '', lastName: '', email: '', password: '' } })
  const { errors } = form.formState

  const submit = form.handleSubmit(async (values) => {
    setProblem(null)
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
    await welcome
      .mutateAsync({ ...values, token, timezone: timeZone })
      .catch((error) => setProblem(showProblem(form, error, ['firstName', 'lastName', 'email', 'password'])))
  })

  return (
    <form className="grid gap-4" onSubmit={submit} noValidate>
      {problem && <Notice tone="danger">{problem}</Notice>}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="First name" error={errors.firstName?.message}>
          {(control) => (
            <TextInput
              {...control}
              autoComplete="given-name"
              autoFocus
              {...form.register('firstName', { required: 'Give your first name.' })}
            />
          )}
        </Field>
        <Field label="Last name" error={errors.lastName?.message}>
          {(control) => <TextInput {...control} autoComplete="family-name" {...form.register('lastName')} />}
        </Field>
      </div>
      <Field label="E-mail" hint="Alerts are sent here, and you sign in with it." error={errors.email?.message}>
        {(control) => (
          <TextInput
            {...control}
            type="email"
            autoComplete="username"
            {...form.register('email', { required: 'Give your e-mail address.' })}
          />
        )}
      </Field>
      <Field
        label="Password"
        hint="At least 12 characters: a short sentence works well."
        error={errors.password?.message}
      >
        {(control) => (
          <PasswordInput
            {...control}
            autoComplete="new-password"
            {...form.register('password', {
              required: 'Choose a password.',
              minLength: { value: 12, message: 'Use at least 12 characters: a short sentence works well.' },
            })}
          />
        )}
      </Field>
      <Button type="submit" tone="primary" size="lg" busy={welcome.isPending}>
        Create owner
      </Button>
    </form>
  )
}
