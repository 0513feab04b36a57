import { Link, useParams } from 'react-router'
import type * as z from 'zod'
import type { DeliveryDetails } from '../../server/intake/schema.ts'
import { useDelivery } from '../api/deliveries.ts'
import { Answer } from '../components/Answer.tsx'
import { CopyButton } from '../components/CopyButton.tsx'
import { Fact, Facts } from '../components/Facts.tsx'
import { Page, Section } from '../components/Page.tsx'
import { SkeletonPage } from '../components/Skeleton.tsx'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { NotFoundPage } from '../shell/NotFoundPage.tsx'
import { WhatIfLink } from '../simulation/WhatIfLink.tsx'
import { DeliveryBody } from './DeliveryBody.tsx'
import { OutcomeMark } from './OutcomeMark.tsx'
import { ReplaySection } from './ReplaySection.tsx'

type Details = z.infer<typeof DeliveryDetails>
const LINK = 'text-accent hover:underline'

/** One delivery as it came, and its answer. */
export function DeliveryPage() {
  const query = useDelivery(useParams().id ?? '')
  return (
    <Answer query={query} skeleton={<SkeletonPage />} missing={<NotFoundPage what="delivery" />}>
      {(delivery) => (
        <Page
          title={delivery.event ?? 'Delivery'}
          back={{ to: '/deliveries', label: 'Delivery log' }}
          actions={
            <>
              <OutcomeMark outcome={delivery.outcome} />
              {delivery.event !== 'webhook.verify' && (
                <WhatIfLink source={delivery.alertSource.id} delivery={delivery.id} />
              )}
            </>
          }
        >
          <div className="grid max-w-page grid-cols-1 gap-4 p-4 md:p-6 lg:grid-cols-[minmax(0,1fr)_var(--spacing-aside)]">
            <div className="grid min-w-0 content-start gap-4 max-lg:order-2">
              <DeliveryBody body={delivery.body} />
              <Headers headers={delivery.headers} />
            </div>
            <div className="grid min-w-0 content-start gap-4">
              <DeliveryFacts delivery={delivery} />
              <ReplaySection key={delivery.id} delivery={delivery} />
            </div>
          </div>
        </Page>
      )}
    </Answer>
  )
}

function DeliveryFacts({ delivery }: { delivery: Details }) {
  return (
    <Section title="What became of it">
      {delivery.reason && <p className="mb-4 text-sm">{delivery.reason}</p>}
      <Facts>
        <Fact name="Alert">
          {delivery.alert && (
            <Link to={`/alerts/${delivery.alert.id}`} className={LINK}>
              {delivery.alert.summary}
            </Link>
          )}
        </Fact>
        <Fact name="Source">
          <Link to={`/alert-sources/${delivery.alertSource.id}`} className={LINK}>
            {delivery.alertSource.name}
          </Link>
        </Fact>
        <Fact name="Rule">{delivery.rule && <span className="font-mono text-xs">{delivery.rule}</span>}</Fact>
        <Fact name="Key">
          {delivery.alertKey && <span className="font-mono text-xs break-all">{delivery.alertKey}</span>}
        </Fact>
        <Fact name="Answer">{delivery.answerStatus}</Fact>
        <Fact name="Received">
          <TimeAgo at={delivery.receivedAt} />
        </Fact>
        <Fact name="Read">{delivery.processedAt ? <TimeAgo at={delivery.processedAt} /> : 'not yet'}</Fact>
        <Fact name="Replay of">
          {delivery.replayOf && (
            <span>
              <Link to={`/deliveries/${delivery.replayOf}`} className={LINK}>
                an earlier delivery
              </Link>
              {delivery.replayedBy && `, by ${delivery.replayedBy}`}
            </span>
          )}
        </Fact>
        <Fact name="Replayed">
          {delivery.replays.length === 0 ? null : (
            <ul className="grid gap-1">
              {delivery.replays.map((one) => (
                <li key={one.id}>
                  <Link to={`/deliveries/${one.id}`} className={LINK}>
                    <TimeAgo at={one.receivedAt} />
                  </Link>
                </li>
              ))}
            </ul>
          )}
        </Fact>
        <Fact name="Size">{`${delivery.bytes.toLocaleString('en-GB')} bytes`}</Fact>
        <Fact name="Receipt">
          <span className="grid justify-items-start gap-1.5">
            <span className="font-mono text-xs break-all">{delivery.id}</span>
            <CopyButton text={delivery.id} what="receipt id" />
          </span>
        </Fact>
      </Facts>
    </Section>
  )
}

function Headers({ headers }: { headers: Record<string, string> }) {
  return (
    <Section title="Headers" hint="What could be a secret is left out.">
      <dl className="grid gap-x-4 gap-y-1 font-mono text-xs sm:grid-cols-[max-content_minmax(0,1fr)]">
        {Object.entries(headers).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted max-sm:pt-1">{name}</dt>
            <dd className="break-all">{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}
