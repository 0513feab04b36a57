import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { Navigate, useSearchParams } from 'react-router'
import { useSession, useSignIn, useWelcomeState } from '../api/session.ts'
import { Button } from '../components/Button.tsx'
import { Field } from '../components/Field.tsx'
import { showProblem } from '../components/form-problem.ts'
import { Notice } from '../components/Notice.tsx'
import { PasswordInput } from '../components/PasswordInput.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { usePageTitle } from '../components/usePageTitle.ts'
import { Doorway } from './Doorway.tsx'
import { returnPath } from './return-path.ts'

type Values = { email: string; password: string }

/** Who goes there. */
export function SignInPage() {
  usePageTitle('Sign in')
  const session = useSession()
  const welcome = useWelcomeState()
  const signIn = useSignIn()
  const [search] = useSearchParams()
  const [problem, setProblem] = useState<string | null>(null)
  const form = useForm<Values>({ defaultValues: { email: '', password: '' } })
  const { errors } = form.formState

  if (session.data) return <Navigate to={returnPath(search.get('next'))} replace />

  const submit = form.handleSubmit(async (values) => {
    setProblem(null)
    await signIn.mutateAsync(values).catch((error) => setProblem(showProblem(form, error, ['email', 'password'])))
  })

  return (
    <Doorway title="Sign in to Tocsin" text="Alerting and on-call">
      <form className="grid gap-4" onSubmit={submit} noValidate>
        {welcome.data?.needsOwner && (
          <Notice tone="info">
            Tocsin has no owner yet. Open the one-time link that was printed where Tocsin was started.
          </Notice>
        )}
        {problem && <Notice tone="danger">{problem}</Notice>}
        <Field label="E-mail" error={errors.email?.message}>
          {(control) => (
            <TextInput
              {...control}
              type="email"
              autoComplete="username"
              autoFocus
              {...form.register('email', { required: 'Give your e-mail address.' })}
            />
          )}
        </Field>
        <Field label="Password" error={errors.password?.message}>
          {(control) => (
            <PasswordInput
              {...control}
              autoComplete="current-password"
              {...form.register('password', { required: 'Give your password.' })}
            />
          )}
        </Field>
        <Button type="submit" tone="primary" size="lg" busy={signIn.isPending}>
          Sign in
        </Button>
      </form>
    </Doorway>
  )
}
