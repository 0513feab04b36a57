import { Link } from 'react-router'
import type { Delivery } from '../../server/intake/schema.ts'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { OutcomeMark } from './OutcomeMark.tsx'

type Props = { delivery: Delivery; showsSource: boolean }

/** One delivery: what it was, what became of it, and why. */
export function DeliveryRow({ delivery, showsSource }: Props) {
  const name = delivery.event ?? 'Unknown event'
  return (
    <li
      data-outcome={delivery.outcome}
      className="relative grid grid-cols-[6.5rem_minmax(0,1fr)_auto] items-start gap-x-4 gap-y-0.5 px-4 py-2.5 text-sm hover:bg-hover has-[a:focus-visible]:bg-selected md:px-6 lg:grid-cols-[7rem_12rem_minmax(0,1fr)_14rem_6rem]"
    >
      <OutcomeMark outcome={delivery.outcome} />
      <div className="min-w-0">
        <Link
          to={`/deliveries/${delivery.id}`}
          className="block truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {name}
        </Link>
        {showsSource && <p className="truncate text-xs text-muted">{delivery.alertSource.name}</p>}
      </div>
      <div className="col-span-full min-w-0 text-muted max-lg:row-start-2 lg:col-span-1 lg:col-start-3">
        <p className="line-clamp-2 lg:truncate" title={delivery.reason ?? undefined}>
          {delivery.reason}
        </p>
        {delivery.alertKey && <p className="truncate font-mono text-xs">{delivery.alertKey}</p>}
      </div>
      <p className="col-span-full min-w-0 truncate empty:hidden max-lg:row-start-3 lg:col-span-1 lg:col-start-4">
        {delivery.alert && (
          <Link to={`/alerts/${delivery.alert.id}`} className="relative z-10 text-accent hover:underline">
            {delivery.alert.summary}
          </Link>
        )}
      </p>
      <span className="text-end text-xs text-muted max-lg:col-start-3 max-lg:row-start-1 lg:col-start-5">
        <TimeAgo at={delivery.receivedAt} />
      </span>
    </li>
  )
}
