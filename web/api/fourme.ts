import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { AlertSource } from '../../server/alert-sources/schema.ts'
import type { Reconciliation } from '../../server/reconciliation/schema.ts'
import type { WriteBack } from '../../server/writeback/schema.ts'
import { inputOf, useSaveAlertSource } from './alert-sources.ts'
import { call } from './client.ts'

/** The last comparison with the other system. */
export function useReconciliation(id: number) {
  return useQuery({
    queryKey: ['alert-sources', id, 'reconciliation'],
    queryFn: () => call<Reconciliation>('GET', `/alert-sources/${id}/reconciliation`),
  })
}

/** Compares now. */
export function useReconcile(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { dryRun?: boolean; includeBaseline?: boolean }) =>
      call<Reconciliation>('POST', `/alert-sources/${id}/reconcile`, input),
    onSuccess: () => client.invalidateQueries({ queryKey: ['alert-sources', id] }),
  })
}

/** What was written into the other system, newest first. */
export function useWriteBacks(id: number) {
  return useQuery({
    queryKey: ['alert-sources', id, 'write-backs'],
    queryFn: () => call<WriteBack[]>('GET', `/alert-sources/${id}/write-backs`),
  })
}

/** Saves some of a source's own settings; the rest stays. */
export function useSaveOptions(source: AlertSource) {
  const save = useSaveAlertSource()
  return {
    isPending: save.isPending,
    save: (integrationSettings: Record<string, unknown>) =>
      save.mutateAsync({ id: source.id, input: { ...inputOf(source), integrationSettings } }),
  }
}
