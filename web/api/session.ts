import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type * as z from 'zod'
import type { AcceptInput } from '../../server/access/invitations/schema.ts'
import type { Session, SignInInput, WelcomeInput, WelcomeState } from '../../server/access/schema.ts'
import type { SystemStatus } from '../../server/http/schema.ts'
import { call, rememberToken } from './client.ts'
import { Problem } from './problem.ts'
import { sessionKey } from './query-client.ts'

/** Who is signed in; null when nobody is. */
export function useSession() {
  return useQuery({
    queryKey: sessionKey,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<Session | null> => {
      try {
        return remembered(await call<Session>('GET', '/session'))
      } catch (error) {
        if (error instanceof Problem && error.status === 401) return null
        throw error
      }
    },
  })
}

function remembered(session: Session): Session {
  rememberToken(session.csrfToken)
  return session
}

/** Whether this installation still waits for its owner. */
export function useWelcomeState() {
  return useQuery({
    queryKey: ['welcome'],
    queryFn: () => call<z.infer<typeof WelcomeState>>('GET', '/welcome'),
  })
}

/** Signs in; the session is known to every page afterwards. */
export function useSignIn() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (input: z.infer<typeof SignInInput>) =>
      remembered(await call<Session>('POST', '/session', input)),
    onSuccess: (session) => client.setQueryData(sessionKey, session),
  })
}

/** First run: the holder of the one-time link becomes the owner. */
export function useWelcome() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (input: WelcomeInput) => remembered(await call<Session>('POST', '/welcome', input)),
    onSuccess: (session) => {
      client.setQueryData(sessionKey, session)
      client.setQueryData(['welcome'], { needsOwner: false })
    },
  })
}

/** Somebody who was invited chooses a password and is signed in. */
export function useAcceptInvitation() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (input: AcceptInput) => remembered(await call<Session>('POST', '/invitation', input)),
    onSuccess: (session) => client.setQueryData(sessionKey, session),
  })
}

/** Signs out and forgets everything that was read. */
export function useSignOut() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call<null>('DELETE', '/session'),
    onSuccess: () => {
      client.clear()
      client.setQueryData(sessionKey, null)
    },
  })
}

const STATUS_EVERY_MS = 30_000
const STATUS_EVERY_AWAY_MS = 3_000

/** What the banners say, and whether this is the demo. */
export function useSystemStatus(isReachable: boolean) {
  return useQuery({
    queryKey: ['status'],
    queryFn: () => call<SystemStatus>('GET', '/status'),
    refetchInterval: isReachable ? STATUS_EVERY_MS : STATUS_EVERY_AWAY_MS,
    refetchIntervalInBackground: true,
  })
}
