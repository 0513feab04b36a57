import { Inbox, SearchX } from 'lucide-react'
import { useCallback } from 'react'
import { useSearchParams } from 'react-router'
import type { DeliveryOutcome } from '../../server/intake/schema.ts'
import { useDeliveries } from '../api/deliveries.ts'
import { Answer } from '../components/Answer.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { LoadMore } from '../components/LoadMore.tsx'
import { SearchField } from '../components/SearchField.tsx'
import { Select } from '../components/Select.tsx'
import { useNow } from '../components/useNow.ts'
import { DeliveryRow } from './DeliveryRow.tsx'
import { outcomes } from './OutcomeMark.tsx'
import { beginOf, periods } from './periods.ts'

const MINUTE_MS = 60_000

const isOutcome = (value: string | null): value is DeliveryOutcome => value !== null && Object.hasOwn(outcomes, value)

/** Deliveries of one source, or of all; the filter stands in the address. */
export function DeliveryList({ source }: { source?: number }) {
  const [search, setSearch] = useSearchParams()
  const asked = search.get('outcome')
  const outcome = isOutcome(asked) ? asked : undefined
  const text = search.get('query') ?? ''
  const period = search.get('period')
  const from = beginOf(period, useNow(MINUTE_MS))
  const query = useDeliveries({ source, outcome, query: text || undefined, from })

  const change = useCallback(
    (name: string, value: string) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before)
          if (value === '') next.delete(name)
          else next.set(name, value)
          return next
        },
        { replace: true },
      ),
    [setSearch],
  )
  const changeQuery = useCallback((value: string) => change('query', value), [change])

  return (
    <>
      <div className="flex flex-wrap items-center gap-2 border-b bg-surface px-4 py-2 md:px-6">
        <div className="min-w-40 flex-1 md:max-w-aside">
          <SearchField
            label="Filter deliveries"
            placeholder="Event, key, reason or text"
            value={text}
            onChange={changeQuery}
          />
        </div>
        <div className="w-44">
          <Select
            compact
            aria-label="Outcome"
            value={outcome ?? ''}
            onChange={(event) => change('outcome', event.target.value)}
          >
            <option value="">Every outcome</option>
            {Object.entries(outcomes).map(([value, { word }]) => (
              <option key={value} value={value}>
                {word}
              </option>
            ))}
          </Select>
        </div>
        <div className="w-36">
          <Select
            compact
            aria-label="Period"
            value={from === undefined ? '' : (period ?? '')}
            onChange={(event) => change('period', event.target.value)}
          >
            <option value="">All time</option>
            {Object.entries(periods).map(([value, { word }]) => (
              <option key={value} value={value}>
                {word}
              </option>
            ))}
          </Select>
        </div>
      </div>
      <Answer query={query}>
        {({ pages }) => {
          const deliveries = pages.flat()
          if (deliveries.length === 0) return outcome || text || from ? <NoMatch /> : <NothingYet />
          return (
            <>
              <ul aria-label="Deliveries" className="divide-y border-b bg-surface">
                {deliveries.map((delivery) => (
                  <DeliveryRow key={delivery.id} delivery={delivery} showsSource={source === undefined} />
                ))}
              </ul>
              <LoadMore query={query} />
            </>
          )
        }}
      </Answer>
    </>
  )
}

function NoMatch() {
  return (
    <EmptyState icon={SearchX} title="No delivery matches" text="Try other words, another outcome or a longer time." />
  )
}

function NothingYet() {
  return (
    <EmptyState
      icon={Inbox}
      title="Nothing arrived yet"
      text="Whatever is sent to a webhook URL is kept here as it came, with what became of it and why."
    />
  )
}
