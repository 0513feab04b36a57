import { useState } from 'react'
import type { AlertSource } from '../../../server/alert-sources/schema.ts'
import { useSaveAlertSource } from '../../api/alert-sources.ts'
import { useSaveEscalationPolicy } from '../../api/escalation.ts'
import { useSession } from '../../api/session.ts'
import { generatedPolicy, sourceInput, type WizardDraft } from './draft.ts'

/** Makes what the draft says: the policy first, if one is to be generated, then the source. */
export function useFinish() {
  const savePolicy = useSaveEscalationPolicy()
  const saveSource = useSaveAlertSource()
  const user = useSession().data?.user
  const [isBusy, setBusy] = useState(false)

  const run = async (draft: WizardDraft, change: (changed: Partial<WizardDraft>) => void): Promise<AlertSource> => {
    setBusy(true)
    try {
      let policyId = draft.policyId
      if (draft.escalation === 'generated') {
        if (!user) throw new Error('Sign in as a person to generate a policy with yourself on call.')
        policyId = (await savePolicy.mutateAsync({ input: generatedPolicy(draft, user.id) })).id
        // Should the source fail now, a second try must not make a second policy.
        change({ escalation: 'existing', policyId })
      }
      if (policyId === null) throw new Error('Choose an escalation policy.')
      return await saveSource.mutateAsync({ input: sourceInput(draft, policyId) })
    } finally {
      setBusy(false)
    }
  }
  return { run, isBusy }
}
