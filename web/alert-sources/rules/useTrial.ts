import { useEffect, useState } from 'react'
import type { PreviewInput, RuleInput } from '../../../server/alert-sources/rules/schema.ts'
import { usePreview } from '../../api/rules.ts'
import type { Trial } from './PreviewPanel.tsx'

const SETTLE_MS = 250

/** Tries rules while they are typed: once the typing rests, the server says what they make of it. */
export function useTrial(
  source: number | null,
  rules: RuleInput,
  trial: Trial,
  about: Pick<PreviewInput, 'integrationType' | 'alertPriorityRule'>,
) {
  const input: PreviewInput = { ...rules, ...about, deliveryId: trial.deliveryId, body: trial.body }
  const wanted = JSON.stringify(input)
  const [settled, setSettled] = useState(wanted)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(wanted), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [wanted])
  const query = usePreview(source, JSON.parse(settled) as PreviewInput)
  return { preview: query.data, failure: query.error, errors: query.data?.errors ?? [] }
}
