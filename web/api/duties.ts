import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { CoverageRequest, CoverageRequestInput } from '../../server/duties/requests/schema.ts'
import type {
  OwnShift,
  ReplacementInput,
  ReplacementPreview,
  ReplacementSpan,
} from '../../server/duties/shifts/schema.ts'
import type { Feed } from '../../server/oncall/feeds/schema.ts'
import { call } from './client.ts'

const NOW_EVERY_MS = 60_000
export type RequestVerb = 'accept' | 'decline' | 'withdraw'

/** One's own shifts of the next four weeks, over all schedules. */
export function useOwnShifts() {
  return useQuery({
    queryKey: ['schedules', 'own-shifts'],
    refetchInterval: NOW_EVERY_MS,
    queryFn: () => call<OwnShift[]>('GET', '/users/current/shifts'),
  })
}

/** Coverage requests of and to oneself, newest first. */
export function useOwnRequests(enabled = true) {
  return useQuery({
    queryKey: ['schedules', 'requests'],
    enabled,
    refetchInterval: NOW_EVERY_MS,
    queryFn: () => call<CoverageRequest[]>('GET', '/coverage-requests?user=current&max-results=50'),
  })
}

/** Coverage requests on a schedule that wait for an answer. */
export function useRequestsOn(scheduleId: number) {
  return useQuery({
    queryKey: ['schedules', 'requests', scheduleId],
    refetchInterval: NOW_EVERY_MS,
    queryFn: () => call<CoverageRequest[]>('GET', `/coverage-requests?schedule=${scheduleId}&states=PENDING`),
  })
}

function useShiftChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['on-calls'] })
      return client.invalidateQueries({ queryKey: ['schedules'] })
    },
  })
}

/** Asks a colleague to take a shift. */
export function useAskForCover() {
  return useShiftChange((input: CoverageRequestInput) => call<CoverageRequest>('POST', '/coverage-requests', input))
}

/** Answers a request, or takes it back. */
export function useAnswerRequest() {
  return useShiftChange(({ id, verb, message }: { id: number; verb: RequestVerb; message: string }) =>
    call<CoverageRequest>('PUT', `/coverage-requests/${id}/${verb}`, { message }),
  )
}

/** What changes when somebody takes one's shifts; null while it is not asked. */
export function useReplacementPreview(span: ReplacementSpan | null) {
  return useQuery({
    queryKey: ['schedules', 'replacement', span],
    enabled: span !== null,
    retry: false,
    queryFn: () => call<ReplacementPreview>('POST', '/shift-replacements/preview', span),
  })
}

/** Gives shifts to somebody else, all of them or none. */
export function useReplaceShifts() {
  return useShiftChange((input: ReplacementInput) => call<null>('POST', '/shift-replacements', input))
}

/** The addresses at which calendars read one's own shifts. */
export function useOwnFeeds() {
  return useQuery({
    queryKey: ['calendar-feeds', 'own'],
    queryFn: () => call<Feed[]>('GET', '/calendar-feeds'),
  })
}
