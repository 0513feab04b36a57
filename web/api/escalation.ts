import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { EscalationPolicy, EscalationPolicyInput } from '../../server/escalation/schema.ts'
import type { LastResort } from '../../server/notifications/last-resort/schema.ts'
import { call, callInContext } from './client.ts'

/** Every escalation policy. */
export function useEscalationPolicies(teamContext = 0) {
  return useQuery({
    queryKey: teamContext === 0 ? ['escalation-policies'] : ['escalation-policies', 'of-teams', teamContext],
    queryFn: () => callInContext<EscalationPolicy[]>('/escalation-policies?max-results=100', teamContext),
  })
}

/** One policy. */
export function useEscalationPolicy(id: number) {
  return useQuery({
    queryKey: ['escalation-policies', id],
    queryFn: () => call<EscalationPolicy>('GET', `/escalation-policies/${id}`),
  })
}

/** Creates a policy, or replaces one when an id is given. */
export function useSaveEscalationPolicy() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, input }: { id?: number | undefined; input: EscalationPolicyInput }) =>
      id === undefined
        ? call<EscalationPolicy>('POST', '/escalation-policies', input)
        : call<EscalationPolicy>('PUT', `/escalation-policies/${id}`, input),
    onSuccess: (policy) => {
      client.setQueryData(['escalation-policies', policy.id], policy)
      void client.invalidateQueries({ queryKey: ['status'] })
      return client.invalidateQueries({ queryKey: ['escalation-policies'] })
    },
  })
}

/** Who is told when nobody could be reached. */
export function useLastResort() {
  return useQuery({ queryKey: ['last-resort'], queryFn: () => call<LastResort>('GET', '/last-resort') })
}

/** Chooses the last resort by the ids of people; nobody means owners and admins. */
export function useSaveLastResort() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (ids: readonly number[]) =>
      call<LastResort>('PUT', '/last-resort', { users: ids.map((id) => ({ id })) }),
    onSuccess: (state) => {
      client.setQueryData(['last-resort'], state)
      return client.invalidateQueries({ queryKey: ['status'] })
    },
  })
}
