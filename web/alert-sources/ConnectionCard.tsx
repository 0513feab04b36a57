import { RefreshCw } from 'lucide-react'
import { useState } from 'react'
import type { AlertSource } from '../../server/alert-sources/schema.ts'
import { Button } from '../components/Button.tsx'
import { CopyField } from '../components/CopyField.tsx'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { RotateKeyDialog } from './RotateKeyDialog.tsx'

type Props = { source: AlertSource; title?: string }

/** A source's key and address, and the way to a new key. */
export function ConnectionCard({ source, title = 'Connection' }: Props) {
  const [rotating, setRotating] = useState(false)
  const { integrationKey, integrationUrl } = source
  if (integrationKey === null || integrationUrl === null) {
    return (
      <Section title={title}>
        <p className="text-sm text-muted">The key is shown to those who may edit this source.</p>
      </Section>
    )
  }
  return (
    <Section title={title} hint="Whoever has the key can send to this source, and nothing else.">
      <div className="grid gap-4">
        <CopyField label="API key" value={integrationKey} />
        <CopyField label="Webhook URL" value={integrationUrl} />
        {source.retiringKeys.map((key) => (
          <Notice key={key.endsWith} tone="caution">
            The old key ending in <code className="font-mono">{key.endsWith}</code> stops working{' '}
            <TimeAgo at={key.worksUntil} />. Put the new address into the other system before that.
          </Notice>
        ))}
        <div>
          <Button onClick={() => setRotating(true)}>
            <RefreshCw className="size-4" aria-hidden />
            Rotate API key
          </Button>
        </div>
      </div>
      <RotateKeyDialog sourceId={source.id} open={rotating} onClose={() => setRotating(false)} />
    </Section>
  )
}
