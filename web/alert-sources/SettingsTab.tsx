import { Link } from 'react-router'
import type { AlertSource, Integration } from '../../server/alert-sources/schema.ts'
import { CodeBlock } from '../components/CodeBlock.tsx'
import { Fact, Facts } from '../components/Facts.tsx'
import { Section } from '../components/Page.tsx'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { ConnectionCard } from './ConnectionCard.tsx'
import { eventExample } from './event-example.ts'
import { SourceDeeds } from './SourceDeeds.tsx'
import { SourceForm } from './SourceForm.tsx'

type Props = { source: AlertSource; integration: Integration | undefined }

/** A source's settings, its key, and what can be done with it. */
export function SettingsTab({ source, integration }: Props) {
  return (
    <div className="grid max-w-page grid-cols-1 gap-4 p-4 md:p-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <div className="grid min-w-0 content-start gap-4">
        <SourceForm source={source} />
      </div>
      <div className="grid min-w-0 content-start gap-4">
        {integration?.isOwn ? (
          <Section title="Connection">
            <p className="text-sm text-muted">
              {source.integrationType === 'SELF'
                ? 'Tocsin tells here what is wrong with itself.'
                : 'Alerts that people make by hand are of this source.'}{' '}
              Nobody else can send to it: it has no key.
            </p>
          </Section>
        ) : source.integrationType === 'HEARTBEAT2' ? (
          <Section title="Connection">
            <p className="text-sm text-muted">
              Heartbeat monitors ring by this source. Each has an address of its own:{' '}
              <Link to="/heartbeats" className="text-accent hover:underline">
                Heartbeats
              </Link>
              .
            </p>
          </Section>
        ) : (
          <ConnectionCard source={source} />
        )}
        {!integration?.settingsSchema && source.integrationUrl && (
          <Section title="Send a first event" hint="From any shell. The answer's receipt leads to the delivery log.">
            <CodeBlock label="curl example" code={eventExample(source)} />
          </Section>
        )}
        <Section title="About">
          <Facts>
            <Fact name="Type">{integration?.title ?? source.integrationType}</Fact>
            <Fact name="Created">
              <TimeAgo at={source.createdAt} />
            </Fact>
            <Fact name="Changed">
              <TimeAgo at={source.updatedAt} />
            </Fact>
            <Fact name="Number">{source.id}</Fact>
          </Facts>
        </Section>
        {!integration?.isOwn && <SourceDeeds source={source} />}
      </div>
    </div>
  )
}
