import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { BulkAnswer, BulkInput, NewAlertInput } from '../../server/alerts/by-hand/schema.ts'
import type { Comment } from '../../server/alerts/comments/schema.ts'
import type { SavedView, SavedViewInput } from '../../server/alerts/saved-views/schema.ts'
import type { Alert } from '../../server/alerts/schema.ts'
import type { SuggestedResponder } from '../../server/alerts/verbs/schema.ts'
import { placeAlert, refreshAlerts } from './alerts.ts'
import { call } from './client.ts'

export type AlertVerb =
  | { verb: 'assign'; user: number }
  | { verb: 'assign-schedule'; schedule: number }
  | { verb: 'reroute'; policy: number }
  | { verb: 'escalate'; levelIndex: number }
  | { verb: 'raise' }
  | { verb: 'accept' }
  | { verb: 'unaccept' }
  | { verb: 'reopen' }
  | { verb: 'merge'; others: readonly number[] }
  | { verb: 'unmerge' }
  | { verb: 'subscribe' }
  | { verb: 'unsubscribe' }
  | { verb: 'add-responders'; users: readonly number[] }
  | { verb: 'remove-responder'; user: number }
  | { verb: 'link'; other: number }
  | { verb: 'unlink'; other: number }

function perform(id: number, act: AlertVerb): Promise<Alert | null> {
  const base = `/alerts/${id}`
  const ids = (all: readonly number[]) => all.map((one) => ({ id: one }))
  switch (act.verb) {
    case 'assign':
      return call('PUT', `${base}/assign?user=${act.user}`)
    case 'assign-schedule':
      return call('PUT', `${base}/assign?schedule=${act.schedule}`)
    case 'reroute':
      return call('PUT', `${base}/assign?policy=${act.policy}`)
    case 'escalate':
      return call('PUT', `${base}/escalate`, { levelIndex: act.levelIndex })
    case 'merge':
      return call('PUT', `${base}/merge`, { alerts: ids(act.others) })
    case 'add-responders':
      return call('POST', `${base}/responders`, { users: ids(act.users) })
    case 'remove-responder':
      return call('DELETE', `${base}/responders/${act.user}`)
    case 'link':
      return call('POST', `${base}/links`, { alert: { id: act.other } })
    case 'unlink':
      return call('DELETE', `${base}/links/${act.other}`)
    default:
      return call('PUT', `${base}/${act.verb}`, {})
  }
}

/** Every verb on one alert besides resolving; the answer takes the alert's place. */
export function useAlertVerb(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (act: AlertVerb) => perform(id, act),
    onSuccess: (alert) => alert && placeAlert(client, alert),
    onSettled: () => refreshAlerts(client),
  })
}

/** Accepts or resolves many. */
export function useAnswerMany() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: BulkInput) => call<BulkAnswer>('POST', '/alerts/bulk', input),
    onSettled: () => refreshAlerts(client),
  })
}

/** Merges several into the first. */
export function useMergeAlerts() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ main, others }: { main: number; others: readonly number[] }) =>
      perform(main, { verb: 'merge', others }),
    onSettled: () => refreshAlerts(client),
  })
}

/** Opens an alert by hand. */
export function useCreateAlert() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: NewAlertInput) => call<Alert>('POST', '/alerts', input),
    onSettled: () => refreshAlerts(client),
  })
}

/** Who could be asked to help; asked for only when somebody chooses. */
export function useSuggestedResponders(id: number, wanted: boolean) {
  return useQuery({
    queryKey: ['alerts', 'suggested', id],
    enabled: wanted,
    queryFn: () => call<SuggestedResponder[]>('GET', `/alerts/${id}/suggested-responders`),
  })
}

/** What people and sources wrote about an alert, oldest first. */
export function useComments(id: number) {
  return useQuery({
    queryKey: ['alerts', 'comments', id],
    queryFn: () => call<Comment[]>('GET', `/alerts/${id}/comments`),
  })
}

export type CommentChange =
  | { kind: 'add'; content: string }
  | { kind: 'edit'; commentId: string; content: string }
  | { kind: 'delete'; commentId: string }

/** Writes, changes or takes back a comment. */
export function useChangeComment(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (change: CommentChange) => {
      const base = `/alerts/${id}/comments`
      if (change.kind === 'add') return call<unknown>('POST', base, { content: change.content })
      if (change.kind === 'delete') return call<unknown>('DELETE', `${base}/${change.commentId}`)
      return call<unknown>('PUT', `${base}/${change.commentId}`, { content: change.content })
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['alerts', 'comments', id] }),
        client.invalidateQueries({ queryKey: ['alerts', 'timeline', id] }),
      ]),
  })
}

/** The lists somebody keeps. */
export function useSavedViews() {
  return useQuery({ queryKey: ['saved-views'], queryFn: () => call<SavedView[]>('GET', '/saved-views') })
}

/** Keeps a list, or forgets one. */
export function useChangeSavedViews() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (change: { save: SavedViewInput } | { remove: number }) =>
      'save' in change
        ? call<unknown>('POST', '/saved-views', change.save)
        : call<unknown>('DELETE', `/saved-views/${change.remove}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['saved-views'] }),
  })
}
