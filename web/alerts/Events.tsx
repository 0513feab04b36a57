import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'react-router'
import { useDeliveries, useDelivery } from '../api/deliveries.ts'
import { Answer } from '../components/Answer.tsx'
import { IconButton } from '../components/Button.tsx'
import { CodeBlock } from '../components/CodeBlock.tsx'
import { Section } from '../components/Page.tsx'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { OutcomeMark } from '../intake/OutcomeMark.tsx'
import { prettyJson } from '../intake/pretty-json.ts'
import { Payload } from './Payload.tsx'

/** What arrived for this alert, one after the other; the newest first. */
export function Events({ alertId }: { alertId: number }) {
  const query = useDeliveries({ alert: alertId })
  const [at, setAt] = useState(0)
  const deliveries = query.data?.pages.flat() ?? []
  const delivery = deliveries[Math.min(at, deliveries.length - 1)]
  if (!delivery) return query.isSuccess ? <Payload alertId={alertId} /> : null
  const { hasNextPage, fetchNextPage } = query
  const older = () => {
    if (at + 1 >= deliveries.length - 1 && hasNextPage) void fetchNextPage()
    setAt(Math.min(at + 1, deliveries.length - 1))
  }
  return (
    <Section
      title="Events"
      aside={
        <span className="flex items-center gap-1 text-sm whitespace-nowrap text-muted tabular-nums">
          <IconButton label="Newer event" disabled={at === 0} onClick={() => setAt(at - 1)}>
            <ChevronLeft className="size-4" aria-hidden />
          </IconButton>
          {at + 1} of {deliveries.length}
          {hasNextPage ? '+' : ''}
          <IconButton label="Older event" disabled={at >= deliveries.length - 1 && !hasNextPage} onClick={older}>
            <ChevronRight className="size-4" aria-hidden />
          </IconButton>
        </span>
      }
    >
      <div className="grid gap-2" data-event={delivery.id}>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
          <OutcomeMark outcome={delivery.outcome} />
          <Link to={`/deliveries/${delivery.id}`} className="font-medium text-accent hover:underline">
            {delivery.event ?? 'Unknown event'}
          </Link>
          <span className="text-muted">
            <TimeAgo at={delivery.receivedAt} />
          </span>
        </div>
        <p className="text-sm text-muted">{delivery.reason}</p>
        <Body id={delivery.id} />
      </div>
    </Section>
  )
}

function Body({ id }: { id: string }) {
  const query = useDelivery(id)
  return (
    <Answer query={query}>
      {(delivery) => (
        <div className="max-h-96 overflow-y-auto rounded-md">
          <CodeBlock label="payload of the event" code={prettyJson(delivery.body) ?? delivery.body} />
        </div>
      )}
    </Answer>
  )
}
