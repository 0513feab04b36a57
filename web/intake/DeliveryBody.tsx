import { useState } from 'react'
import { CodeBlock } from '../components/CodeBlock.tsx'
import { Section } from '../components/Page.tsx'
import { Switch } from '../components/Switch.tsx'
import { prettyJson } from './pretty-json.ts'

/** The bytes that came, made readable where they are JSON. */
export function DeliveryBody({ body }: { body: string }) {
  const [raw, setRaw] = useState(false)
  const pretty = prettyJson(body)
  return (
    <Section
      title="Body"
      aside={
        pretty !== null ? (
          <Switch label="As it came" checked={raw} onChange={(event) => setRaw(event.target.checked)} />
        ) : undefined
      }
    >
      {body === '' ? (
        <p className="text-sm text-muted">The body was empty.</p>
      ) : (
        <CodeBlock label="body" code={raw || pretty === null ? body : pretty} />
      )}
    </Section>
  )
}
