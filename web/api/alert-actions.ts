import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type * as z from 'zod'
import type {
  ActionPreview,
  ActionPreviewInput,
  AlertAction,
  AlertActionInput,
  AlertActionRun,
  AlertActionType,
  Connector,
  ConnectorInput,
  ManualAction,
  RunStatus,
} from '../../server/alert-actions/schema.ts'
import { call, queryString } from './client.ts'

export type Action = z.infer<typeof AlertAction>
export type Run = z.infer<typeof AlertActionRun>
export type ActionType = z.infer<typeof AlertActionType>

const HOUR_MS = 3_600_000
const LOG_PAGE = 50

/** Every alert action. */
export function useAlertActions() {
  return useQuery({
    queryKey: ['alert-actions', 'list'],
    queryFn: () => call<Action[]>('GET', '/alert-actions?max-results=100'),
  })
}

/** One alert action. */
export function useAlertAction(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ['alert-actions', 'one', id],
    enabled,
    queryFn: () => call<Action>('GET', `/alert-actions/${id}`),
  })
}

/** Where alert actions can send to. */
export function useActionTypes() {
  return useQuery({
    queryKey: ['alert-action-types'],
    staleTime: HOUR_MS,
    queryFn: () => call<ActionType[]>('GET', '/alert-action-types'),
  })
}

/** Every connector. */
export function useConnectors() {
  return useQuery({
    queryKey: ['alert-actions', 'connectors'],
    queryFn: () => call<Connector[]>('GET', '/connectors?max-results=100'),
  })
}

/** Adds, replaces or deletes an alert action. */
export function useChangeAction() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (change: { id?: string | undefined; input: AlertActionInput | null }): Promise<Action | null> => {
      if (change.input === null) return call('DELETE', `/alert-actions/${change.id}`)
      return change.id === undefined
        ? call('POST', '/alert-actions', change.input)
        : call('PUT', `/alert-actions/${change.id}`, change.input)
    },
    onSuccess: (_action, change) => {
      if (change.input === null) client.removeQueries({ queryKey: ['alert-actions', 'one', change.id] })
      return Promise.all([
        client.invalidateQueries({ queryKey: ['alert-actions'] }),
        client.invalidateQueries({ queryKey: ['audit'] }),
      ])
    },
  })
}

/** Gives a webhook another key to sign with. */
export function useRotateSigningKey(id: string) {
  return useMutation({ mutationFn: () => call<{ signingKey: string }>('POST', `/alert-actions/${id}/signing-key`) })
}

/** Adds, replaces or deletes a connector. */
export function useChangeConnector() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (change: { id?: string | undefined; input: ConnectorInput | null }): Promise<unknown> => {
      if (change.input === null) return call('DELETE', `/connectors/${change.id}`)
      return change.id === undefined
        ? call('POST', '/connectors', change.input)
        : call('PUT', `/connectors/${change.id}`, change.input)
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['alert-actions'] }),
  })
}

/** What unsaved settings would send; what was shown stays until the next answer is there. */
export function useActionPreview(input: ActionPreviewInput) {
  return useQuery({
    queryKey: ['alert-action-preview', input],
    placeholderData: (before: z.infer<typeof ActionPreview> | undefined) => before,
    queryFn: () => call<z.infer<typeof ActionPreview>>('POST', '/alert-actions/preview', input),
  })
}

/** The delivery log of an action, newest first. */
export function useActionRuns(id: string, status: RunStatus | null) {
  return useInfiniteQuery({
    queryKey: ['alert-actions', 'runs', id, status],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      call<Run[]>(
        'GET',
        `/alert-actions/${id}/runs${queryString({ ...(status ? { status } : {}), ...(pageParam ? { before: pageParam } : {}), 'max-results': LOG_PAGE })}`,
      ),
    getNextPageParam: (last) => (last.length < LOG_PAGE ? undefined : last.at(-1)?.id),
  })
}

/** What alert actions sent about an alert. */
export function useRunsOfAlert(alertId: number) {
  return useQuery({
    queryKey: ['alert-actions', 'of-alert', alertId],
    queryFn: () => call<Run[]>('GET', `/alerts/${alertId}/action-runs`),
  })
}

/** Alert actions a person may press on an alert. */
export function useManualActions(alertId: number) {
  return useQuery({
    queryKey: ['alert-actions', 'manual', alertId],
    queryFn: () => call<z.infer<typeof ManualAction>[]>('GET', `/alerts/${alertId}/actions`),
  })
}

/** Presses an alert action on an alert. */
export function usePressAction(alertId: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => call<Run>('POST', `/alerts/${alertId}/actions`, { id }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['alert-actions', 'of-alert', alertId] }),
  })
}

/** Tries a message now, or sends it once more. */
export function useSendRun() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, how }: { id: string; how: 'retry' | 'resend' }) =>
      call<Run>('POST', `/alert-action-runs/${id}/${how}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['alert-actions'] }),
  })
}
