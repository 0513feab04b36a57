import { BookOpen } from 'lucide-react'
import type { AlertSource, Integration } from '../../server/alert-sources/schema.ts'
import { Markdown } from '../components/Markdown.tsx'
import { Section } from '../components/Page.tsx'
import { DiagnosisList } from './DiagnosisList.tsx'
import { TokenLink } from './fourme/TokenLink.tsx'
import { IntegrationForm } from './IntegrationForm.tsx'
import { SetupList } from './SetupList.tsx'
import { Verifications } from './Verifications.tsx'
import { WebhookEvents } from './WebhookEvents.tsx'

type Props = { source: AlertSource; integration: Integration }

/** What Tocsin must know of the other system, and how far the connection is. */
export function IntegrationTab({ source, integration }: Props) {
  return (
    <div className="grid max-w-page grid-cols-1 gap-4 p-4 md:p-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <div className="grid min-w-0 content-start gap-4">
        <DiagnosisList diagnoses={source.diagnoses} />
        <IntegrationForm source={source} integration={integration}>
          {source.integrationType === 'FOURME' ? (values) => <TokenLink settings={values} /> : undefined}
        </IntegrationForm>
        <WebhookEvents source={source} events={integration.webhookEvents} />
      </div>
      <div className="grid min-w-0 content-start gap-4">
        <SetupList steps={source.setup} />
        <Verifications source={source} />
        {integration.guide.trim() !== '' && (
          <Section title="Guide" aside={<BookOpen className="size-4 text-faint" aria-hidden />}>
            <Markdown source={integration.guide} />
          </Section>
        )}
      </div>
    </div>
  )
}
