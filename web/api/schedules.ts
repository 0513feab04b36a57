import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Feed, NewFeed } from '../../server/oncall/feeds/schema.ts'
import type { CalendarInput, CalendarPreview } from '../../server/oncall/imports/schema.ts'
import type {
  Calendar,
  Coverage,
  OnCall,
  Preview,
  PreviewInput,
  Schedule,
  ScheduleInput,
  ShiftInput,
} from '../../server/oncall/schema.ts'
import type { SupportHours, SupportHoursInput } from '../../server/oncall/support-hours/schema.ts'
import { call, callInContext, queryString } from './client.ts'

const NOW_EVERY_MS = 60_000

/** Every on-call schedule, with who is on call now. */
export function useSchedules(teamContext = 0) {
  return useQuery({
    queryKey: teamContext === 0 ? ['schedules'] : ['schedules', 'of-teams', teamContext],
    refetchInterval: NOW_EVERY_MS,
    queryFn: () => callInContext<Schedule[]>('/schedules?max-results=100', teamContext),
  })
}

/** One schedule. */
export function useSchedule(id: number) {
  return useQuery({
    queryKey: ['schedules', id],
    refetchInterval: NOW_EVERY_MS,
    queryFn: () => call<Schedule>('GET', `/schedules/${id}?include=shifts`),
  })
}

/** What the calendar of a schedule draws. */
export function useCalendar(id: number, from: Date, until: Date) {
  const interval = { from: from.toISOString(), until: until.toISOString() }
  return useQuery({
    queryKey: ['schedules', id, 'calendar', interval],
    placeholderData: keepPreviousData,
    refetchInterval: NOW_EVERY_MS,
    queryFn: () => call<Calendar>('GET', `/schedules/${id}/calendar${queryString(interval)}`),
  })
}

/** What the next twelve weeks of a schedule lack. */
export function useCoverage(id: number) {
  return useQuery({
    queryKey: ['schedules', id, 'coverage'],
    queryFn: () => call<Coverage>('GET', `/schedules/${id}/coverage`),
  })
}

/** Who would be on call under layers that are not saved; null while they cannot be read. */
export function usePreview(input: PreviewInput | null) {
  return useQuery({
    queryKey: ['schedule-preview', input],
    enabled: input !== null,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: () => call<Preview>('POST', '/schedules/preview', input),
  })
}

/** Creates a schedule, or replaces one when an id is given. */
export function useSaveSchedule() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, input }: { id?: number | undefined; input: ScheduleInput }) =>
      id === undefined ? call<Schedule>('POST', '/schedules', input) : call<Schedule>('PUT', `/schedules/${id}`, input),
    onSuccess: () => refresh(client),
  })
}

/** Puts somebody on call instead of whoever would be. */
export function useAddOverride(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: ShiftInput) => call<Schedule>('POST', `/schedules/${id}/overrides`, input),
    onSuccess: () => refresh(client),
  })
}

/** Takes an override away. */
export function useRemoveOverride(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (override: number) => call<null>('DELETE', `/schedules/${id}/overrides/${override}`),
    onSuccess: () => refresh(client),
  })
}

function refresh(client: ReturnType<typeof useQueryClient>) {
  void client.invalidateQueries({ queryKey: ['escalation-policies'] })
  void client.invalidateQueries({ queryKey: ['on-calls'] })
  void client.invalidateQueries({ queryKey: ['status'] })
  return client.invalidateQueries({ queryKey: ['schedules'] })
}

/** Who is on call now, over all policies that alert sources use. */
export function useOnCalls() {
  return useQuery({
    queryKey: ['on-calls'],
    refetchInterval: NOW_EVERY_MS,
    queryFn: () => call<OnCall[]>('GET', '/on-calls'),
  })
}

/** All support hours. */
export function useSupportHours(teamContext = 0) {
  return useQuery({
    queryKey: teamContext === 0 ? ['support-hours'] : ['support-hours', 'of-teams', teamContext],
    queryFn: () => callInContext<SupportHours[]>('/support-hours?max-results=100', teamContext),
  })
}

/** Adds support hours, or replaces some when an id is given. */
export function useSaveSupportHours() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, input }: { id?: number | undefined; input: SupportHoursInput }) =>
      id === undefined
        ? call<SupportHours>('POST', '/support-hours', input)
        : call<SupportHours>('PUT', `/support-hours/${id}`, input),
    onSuccess: () => client.invalidateQueries({ queryKey: ['support-hours'] }),
  })
}

/** Deletes support hours that no alert source follows. */
export function useDeleteSupportHours() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: number) => call<null>('DELETE', `/support-hours/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['support-hours'] }),
  })
}

/** One's own calendar feeds of a schedule. */
export function useFeeds(scheduleId: number) {
  return useQuery({
    queryKey: ['calendar-feeds', scheduleId],
    queryFn: () => call<Feed[]>('GET', `/calendar-feeds?schedule=${scheduleId}`),
  })
}

/** Makes an address at which a calendar reads shifts. */
export function useAddFeed() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (whose: { schedule: { id: number } } | { user: { id: number } }) =>
      call<NewFeed>('POST', '/calendar-feeds', whose),
    onSuccess: () => client.invalidateQueries({ queryKey: ['calendar-feeds'] }),
  })
}

/** Takes a feed's address away. */
export function useRevokeFeed() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: number) => call<null>('DELETE', `/calendar-feeds/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['calendar-feeds'] }),
  })
}

/** Reads the times of a calendar; nothing is saved. */
export function useReadCalendar() {
  return useMutation({
    mutationFn: (input: CalendarInput) => call<CalendarPreview>('POST', '/calendar-imports/preview', input),
  })
}
