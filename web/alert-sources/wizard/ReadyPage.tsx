import { CircleCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { useParams } from 'react-router'
import type { AlertSource, Integration } from '../../../server/alert-sources/schema.ts'
import { useAlertSource, useIntegrations } from '../../api/alert-sources.ts'
import { Answer } from '../../components/Answer.tsx'
import { ButtonLink } from '../../components/Button.tsx'
import { CodeBlock } from '../../components/CodeBlock.tsx'
import { Page, Section } from '../../components/Page.tsx'
import { SkeletonPage } from '../../components/Skeleton.tsx'
import { NotFoundPage } from '../../shell/NotFoundPage.tsx'
import { ConnectionCard } from '../ConnectionCard.tsx'
import { eventExample } from '../event-example.ts'

/** The result of the set-up: the key, the address, and what to do with them. */
export function ReadyPage() {
  const query = useAlertSource(Number(useParams().id))
  const integrations = useIntegrations().data
  return (
    <Answer query={query} skeleton={<SkeletonPage />} missing={<NotFoundPage what="alert source" />}>
      {(source) => (
        <Ready source={source} integration={integrations?.find((one) => one.type === source.integrationType)} />
      )}
    </Answer>
  )
}

type Props = { source: AlertSource; integration: Integration | undefined }

function Ready({ source, integration }: Props) {
  const settingsTitle = integration?.settingsTitle
  return (
    <Page
      title={`${source.name} is ready`}
      back={{ to: '/alert-sources', label: 'Alert sources' }}
      mark={<CircleCheck className="size-6 text-good" aria-hidden />}
      width="form"
    >
      <div className="grid gap-4 p-4 md:py-8">
        <ConnectionCard source={source} title="Key and address" />
        <Section title="Next steps">
          {settingsTitle ? <ConnectSteps integration={integration} /> : <ApiSteps source={source} />}
        </Section>
        <div className="flex flex-wrap justify-end gap-2">
          <ButtonLink to={`/alert-sources/${source.id}`}>Open alert source</ButtonLink>
          {settingsTitle && (
            <ButtonLink to={`/alert-sources/${source.id}/integration`} tone="primary">
              Open {settingsTitle}
            </ButtonLink>
          )}
        </div>
      </div>
    </Page>
  )
}

function ConnectSteps({ integration }: { integration: Integration }) {
  const system = integration.title
  return (
    <ol className="grid gap-3">
      <Step number="1" title={`Create a token in ${system}`}>
        A personal access token that may read the records. {system} shows it once: copy it.
      </Step>
      <Step number="2" title={`Open ${integration.settingsTitle}`}>
        Enter the account, the token and the region, then press Test connection. It says what is right and what is not.
      </Step>
      <Step number="3" title={`Create the webhooks in ${system}`}>
        One for each of {integration.webhookEvents.map((event) => `“${event}”`).join(', ')}, all with the webhook URL
        above. Tocsin answers the verification by itself.
      </Step>
      <Step number="4" title="Watch it arrive">
        The checklist in {integration.settingsTitle} ticks itself; the first record becomes an alert within a second.
      </Step>
    </ol>
  )
}

function ApiSteps({ source }: { source: AlertSource }) {
  return (
    <div className="grid gap-3">
      <p className="text-sm text-muted">Send a first event from any shell. The alert appears in the list at once.</p>
      <CodeBlock label="curl example" code={eventExample(source)} />
    </div>
  )
}

function Step({ number, title, children }: { number: string; title: string; children: ReactNode }) {
  return (
    <li className="grid grid-cols-[auto_1fr] gap-x-3 text-sm">
      <span
        aria-hidden
        className="grid size-6 place-items-center rounded-xl bg-accent-soft text-xs font-semibold text-accent"
      >
        {number}
      </span>
      <div className="pt-0.5">
        <p className="font-medium">{title}</p>
        <p className="text-muted">{children}</p>
      </div>
    </li>
  )
}
