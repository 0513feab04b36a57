import { useQuery } from '@tanstack/react-query'
import type { KnownField, Preview, PreviewInput } from '../../server/alert-sources/rules/schema.ts'
import { call } from './client.ts'

/** Fields seen in a source's latest deliveries; nothing for a source that is not there yet. */
export function useKnownFields(source: number | null) {
  return useQuery({
    queryKey: ['alert-sources', source, 'fields'],
    enabled: source !== null,
    queryFn: () => call<KnownField[]>('GET', `/alert-sources/${source}/fields`),
  })
}

/** What unsaved rules would make of what they are tried on; asked again whenever they change. */
export function usePreview(source: number | null, input: PreviewInput) {
  return useQuery({
    queryKey: ['rule-preview', source, input],
    queryFn: () => call<Preview>('POST', `/alert-sources/${source === null ? '' : `${source}/`}preview`, input),
    placeholderData: (previous) => previous,
    gcTime: 0,
    retry: false,
  })
}
