import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { Navigate, useLocation } from 'react-router'
import { useAcceptInvitation, useSession } from '../api/session.ts'
import { Button } from '../components/Button.tsx'
import { Field } from '../components/Field.tsx'
import { showProblem } from '../components/form-problem.ts'
import { Notice } from '../components/Notice.tsx'
import { PasswordInput } from '../components/PasswordInput.tsx'
import { usePageTitle } from '../components/usePageTitle.ts'
import { Doorway } from './Doorway.tsx'

const HINT = 'At least 12 characters: a short sentence works well.'

/** Whoever was invited chooses a password and is signed in. */
export function InvitationPage() {
  usePageTitle('Invitation')
  const session = useSession()
  const accept = useAcceptInvitation()
  const token = useLocation().hash.slice(1)
  const [problem, setProblem] = useState<string | null>(null)
  const form = useForm<{ password: string }>({ defaultValues: { password: '' } })
  const { errors } = form.formState
  if (session.data) return <Navigate to="/profile" replace />

  const submit = form.handleSubmit(async ({ password }) => {
    setProblem(null)
    await accept.mutateAsync({ token, password }).catch((error) => setProblem(showProblem(form, error, ['password'])))
  })

  return (
    <Doorway title="Welcome to Tocsin" text="Choose a password. You sign in with it and your e-mail address.">
      {token === '' ? (
        <Notice tone="caution">The address lacks its end. Open the whole link of the mail.</Notice>
      ) : (
        <form className="grid gap-4" onSubmit={submit} noValidate>
          {problem && <Notice tone="danger">{problem}</Notice>}
          <Field label="Password" hint={HINT} error={errors.password?.message}>
            {(control) => (
              <PasswordInput
                {...control}
                autoComplete="new-password"
                autoFocus
                {...form.register('password', {
                  required: 'Choose a password.',
                  minLength: { value: 12, message: HINT },
                })}
              />
            )}
          </Field>
          <Button type="submit" tone="primary" size="lg" busy={accept.isPending}>
            Sign in
          </Button>
        </form>
      )}
    </Doorway>
  )
}
