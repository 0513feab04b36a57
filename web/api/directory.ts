import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type * as z from 'zod'
import type { Team, TeamInput, User, UserInput } from '../../server/directory/schema.ts'
import { call } from './client.ts'

export type Person = z.infer<typeof User>

/** Everybody. */
export function usePeople() {
  return useQuery({ queryKey: ['users'], queryFn: () => call<Person[]>('GET', '/users?max-results=100') })
}

/** One person. */
export function usePerson(id: number, enabled: boolean) {
  return useQuery({ queryKey: ['users', id], enabled, queryFn: () => call<Person>('GET', `/users/${id}`) })
}

/** Adds a person, or replaces one when an id is given. */
export function useSavePerson() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, input }: { id?: number | undefined; input: UserInput }) =>
      id === undefined ? call<Person>('POST', '/users', input) : call<Person>('PUT', `/users/${id}`, input),
    onSuccess: () => client.invalidateQueries(),
  })
}

/** Mails a person a link at which they choose a password. */
export function useInvite() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: number) => call<null>('POST', `/users/${id}/invitation`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['users'] }),
  })
}

/** Says until when policies do not ask a person; null ends it. */
export function useMute(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (mutedUntil: string | null) => call<Person>('PUT', `/users/${id}/mute`, { mutedUntil }),
    onSuccess: () => client.invalidateQueries(),
  })
}

/** Every team. */
export function useTeams() {
  return useQuery({ queryKey: ['teams'], queryFn: () => call<Team[]>('GET', '/teams?max-results=100') })
}

/** One team. */
export function useTeam(id: number, enabled: boolean) {
  return useQuery({ queryKey: ['teams', id], enabled, queryFn: () => call<Team>('GET', `/teams/${id}`) })
}

/** Adds a team, or replaces one when an id is given. */
export function useSaveTeam() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, input }: { id?: number | undefined; input: TeamInput }) =>
      id === undefined ? call<Team>('POST', '/teams', input) : call<Team>('PUT', `/teams/${id}`, input),
    onSuccess: () => client.invalidateQueries(),
  })
}

/** Deletes a team; its people stay. */
export function useDeleteTeam() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: number) => call<null>('DELETE', `/teams/${id}`),
    onSuccess: (_nothing, id) => {
      client.removeQueries({ queryKey: ['teams', id] })
      return client.invalidateQueries()
    },
  })
}
