import { useState } from 'react'
import type { AlertSource } from '../../../server/alert-sources/schema.ts'
import { Field } from '../../components/Field.tsx'
import { Select } from '../../components/Select.tsx'
import { TextArea, TextInput } from '../../components/TextInput.tsx'
import { OptionsForm } from './OptionsForm.tsx'
import { partOf, textOf } from './options.ts'

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']
type Mode = 'off' | 'key' | 'discovery'

/** How deliveries must be signed; once set, unsigned ones are refused. */
export function PolicyForm({ source }: { source: AlertSource }) {
  const saved = partOf(source.integrationSettings, 'webhookPolicy')
  const [mode, setMode] = useState<Mode>(
    saved.openIdConnectDiscovery === true ? 'discovery' : saved.publicKey ? 'key' : 'off',
  )
  const [algorithm, setAlgorithm] = useState(textOf(saved.algorithm) || 'RS256')
  const [publicKey, setPublicKey] = useState(textOf(saved.publicKey))
  const [audience, setAudience] = useState(textOf(saved.audience))
  const [spelling, setSpelling] = useState(saved.issuerSpelling === 'EXACT' ? 'EXACT' : 'BOTH')
  const settings = () => {
    if (mode === 'off') return { webhookPolicy: null }
    const shared = { audience: audience.trim() || null, issuerSpelling: spelling }
    return {
      webhookPolicy:
        mode === 'discovery' ? { ...shared, openIdConnectDiscovery: true } : { ...shared, algorithm, publicKey },
    }
  }
  return (
    <OptionsForm
      source={source}
      title="Signed webhooks"
      hint="With a webhook policy nobody but your account can send. Unsigned deliveries are refused then."
      settings={settings}
    >
      <Field label="Deliveries">
        {(control) => (
          <Select {...control} value={mode} onChange={(event) => setMode(event.target.value as Mode)}>
            <option value="off">May be unsigned</option>
            <option value="key">Must be signed with this key</option>
            <option value="discovery">Must be signed, the key is found at the account</option>
          </Select>
        )}
      </Field>
      {mode === 'key' && (
        <>
          <Field label="Algorithm">
            {(control) => (
              <Select {...control} value={algorithm} onChange={(event) => setAlgorithm(event.target.value)}>
                {ALGORITHMS.map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Public key" hint="4me shows it once, right after the policy is created.">
            {(control) => (
              <TextArea
                {...control}
                className="font-mono text-xs"
                rows={5}
                placeholder="-----BEGIN PUBLIC KEY-----"
                value={publicKey}
                onChange={(event) => setPublicKey(event.target.value)}
              />
            )}
          </Field>
        </>
      )}
      {mode === 'discovery' && (
        <p className="text-xs text-muted">
          Tick OpenID Connect Discovery in each webhook too. The key is asked for at your account's address only.
        </p>
      )}
      {mode !== 'off' && (
        <>
          <Field label="Audience" optional hint="As in the policy; blank when it has none.">
            {(control) => (
              <TextInput {...control} value={audience} onChange={(event) => setAudience(event.target.value)} />
            )}
          </Field>
          <Field label="Sender" hint="4me is called Xurrent since 2024, and may sign under either name.">
            {(control) => (
              <Select {...control} value={spelling} onChange={(event) => setSpelling(event.target.value)}>
                <option value="BOTH">The account under either name, as usual</option>
                <option value="EXACT">Only under the region that is set</option>
              </Select>
            )}
          </Field>
        </>
      )}
    </OptionsForm>
  )
}
