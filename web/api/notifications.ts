import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type * as z from 'zod'
import type { ChannelMethod } from '../../server/channels/schema.ts'
import type { ChannelState, PushKey } from '../../server/notifications/channels/schema.ts'
import type { Contact, ContactInput, ContactKind, NewContact } from '../../server/notifications/contacts/schema.ts'
import type { Notice } from '../../server/notifications/notices/schema.ts'
import type {
  NotificationRule,
  NotificationRuleInput,
  QuietHours,
  RuleList,
} from '../../server/notifications/rules/schema.ts'
import { call } from './client.ts'

export type Channel = z.infer<typeof ChannelState>
const RUNNING_MS = 700

/** A person's contacts. */
export function useContacts(personId: number) {
  return useQuery({
    queryKey: ['users', personId, 'contacts'],
    queryFn: () => call<Contact[]>('GET', `/users/${personId}/contacts`),
  })
}

function useChange<Input, Output>(personId: number, change: (input: Input) => Promise<Output>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['users', personId] }),
        client.invalidateQueries({ queryKey: ['status'] }),
      ]),
  })
}

const pathOf = (personId: number, contact: { kind: ContactKind; id: number }) =>
  `/users/${personId}/contacts/${contact.kind}/${contact.id}`

/** Adds a contact, which then waits for its code. */
export function useAddContact(personId: number) {
  return useChange(personId, ({ kind, input }: { kind: ContactKind; input: ContactInput }) =>
    call<NewContact>('POST', `/users/${personId}/contacts/${kind}`, input),
  )
}

/** Removes a contact with the rules that name it. */
export function useRemoveContact(personId: number) {
  return useChange(personId, (contact: Contact) => call<null>('DELETE', pathOf(personId, contact)))
}

/** Sends a code or a test; the answer names the notice to watch. */
export function useSend(personId: number) {
  return useMutation({
    mutationFn: ({ contact, what, method }: { contact: Contact; what: 'send-code' | 'test'; method?: ChannelMethod }) =>
      call<{ noticeId: string }>('POST', `${pathOf(personId, contact)}/${what}`, method ? { method } : {}),
  })
}

/** Gives the code that arrived. */
export function useVerify(personId: number) {
  return useChange(personId, ({ contact, code }: { contact: Contact; code: string }) =>
    call<Contact>('POST', `${pathOf(personId, contact)}/verify`, { code }),
  )
}

/** How a code or test goes, asked again until it is over. */
export function useNotice(id: string | null) {
  return useQuery({
    queryKey: ['notices', id],
    enabled: id !== null,
    queryFn: () => call<Notice>('GET', `/notices/${id}`),
    refetchInterval: (query) => (query.state.data?.status === 'SCHEDULED' || !query.state.data ? RUNNING_MS : false),
  })
}

/** A person's rules of one list. */
export function useRules(personId: number, list: RuleList) {
  return useQuery({
    queryKey: ['users', personId, 'rules', list],
    queryFn: () => call<NotificationRule[]>('GET', `/users/${personId}/notification-preferences/${list}`),
  })
}

/** Adds a rule. */
export function useAddRule(personId: number, list: RuleList) {
  return useChange(personId, (input: NotificationRuleInput) =>
    call<NotificationRule>('POST', `/users/${personId}/notification-preferences/${list}`, input),
  )
}

/** Removes a rule. */
export function useRemoveRule(personId: number, list: RuleList) {
  return useChange(personId, (id: number) =>
    call<null>('DELETE', `/users/${personId}/notification-preferences/${list}/${id}`),
  )
}

/** When low priority waits. */
export function useQuietHours(personId: number) {
  return useQuery({
    queryKey: ['users', personId, 'quiet-hours'],
    queryFn: async () => (await call<{ quietHours: QuietHours }>('GET', `/users/${personId}/quiet-hours`)).quietHours,
  })
}

/** Says when low priority waits. */
export function useSaveQuietHours(personId: number) {
  return useChange(personId, (quietHours: QuietHours) =>
    call<{ quietHours: QuietHours }>('PUT', `/users/${personId}/quiet-hours`, { quietHours }),
  )
}

/** Every channel and how it is set up. */
export function useChannels() {
  return useQuery({ queryKey: ['channels'], queryFn: () => call<Channel[]>('GET', '/channels') })
}

function useChannelChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['channels'] }),
        client.invalidateQueries({ queryKey: ['status'] }),
      ]),
  })
}

/** Sets a channel up. */
export function useSaveChannel() {
  return useChannelChange(({ method, settings }: { method: string; settings: Record<string, unknown> }) =>
    call<Channel[]>('PUT', `/channels/${method}`, { settings }),
  )
}

/** Forgets how a channel was set up here. */
export function useResetChannel() {
  return useChannelChange((method: string) => call<null>('DELETE', `/channels/${method}`))
}

/** Asks a provider whether it would take messages. */
export function useTestChannel() {
  return useMutation({
    mutationFn: (method: string) => call<{ ok: boolean; text: string }>('POST', `/channels/${method}/test-connection`),
  })
}

/** The key a browser needs to receive pushes. */
export function readPushKey(): Promise<z.infer<typeof PushKey>> {
  return call('GET', '/push-key')
}
