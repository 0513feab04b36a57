import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { AlertSource, AlertSourceInput, ConnectionTest, Integration } from '../../server/alert-sources/schema.ts'
import { draftOfRules, ruleInput } from '../alert-sources/rules/rule-draft.ts'
import { call, callInContext } from './client.ts'

const HOUR_MS = 3_600_000

/** Every alert source. */
export function useAlertSources(teamContext = 0) {
  return useQuery({
    queryKey: teamContext === 0 ? ['alert-sources'] : ['alert-sources', 'of-teams', teamContext],
    queryFn: () => callInContext<AlertSource[]>('/alert-sources?max-results=100', teamContext),
  })
}

/** One alert source. */
export function useAlertSource(id: number) {
  return useQuery({
    queryKey: ['alert-sources', id],
    queryFn: () => call<AlertSource>('GET', `/alert-sources/${id}`),
  })
}

/** The catalogue of integrations. */
export function useIntegrations() {
  return useQuery({
    queryKey: ['integrations'],
    staleTime: HOUR_MS,
    queryFn: () => call<Integration[]>('GET', '/integrations'),
  })
}

/** The complete input of a saved source, so that a change of one field keeps the rest. */
export function inputOf(source: AlertSource): AlertSourceInput {
  return {
    name: source.name,
    integrationType: source.integrationType,
    escalationPolicy: { id: source.escalationPolicy.id },
    teams: source.teams.map((team) => ({ id: team.id })),
    active: source.active,
    alertCreation: source.alertCreation,
    alertGroupingWindow: source.alertGroupingWindow,
    autoResolutionTimeout: source.autoResolutionTimeout,
    alertPriorityRule: source.alertPriorityRule,
    ...ruleInput(draftOfRules(source)),
  }
}

/** Creates a source, or replaces one when an id is given. */
export function useSaveAlertSource() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, input }: { id?: number; input: AlertSourceInput }) =>
      id === undefined
        ? call<AlertSource>('POST', '/alert-sources', input)
        : call<AlertSource>('PUT', `/alert-sources/${id}`, input),
    onSuccess: (source) => {
      client.setQueryData(['alert-sources', source.id], source)
      return client.invalidateQueries({ queryKey: ['alert-sources'] })
    },
  })
}

/** Deletes a source; its key stops working at once. */
export function useDeleteAlertSource() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: number) => call<null>('DELETE', `/alert-sources/${id}`),
    onSuccess: (_nothing, id) => {
      client.removeQueries({ queryKey: ['alert-sources', id] })
      return client.invalidateQueries({ queryKey: ['alert-sources'], exact: true })
    },
  })
}

/** A new integration key; the old one works for the overlap. */
export function useRotateKey(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (overlapHours: number) =>
      call<AlertSource>('POST', `/alert-sources/${id}/rotate-key`, { overlapHours }),
    onSuccess: (source) => client.setQueryData(['alert-sources', id], source),
  })
}

/** Follows the verification that is held back. */
export function useAllowVerification(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call<AlertSource>('POST', `/alert-sources/${id}/allow-verification`, {}),
    onSuccess: (source) => client.setQueryData(['alert-sources', id], source),
  })
}

/** Asks the other system with the settings as they stand in the form. */
export function useTestConnection(id: number) {
  return useMutation({
    mutationFn: (integrationSettings: Record<string, unknown>) =>
      call<ConnectionTest>('POST', `/alert-sources/${id}/test-connection`, { integrationSettings }),
  })
}
