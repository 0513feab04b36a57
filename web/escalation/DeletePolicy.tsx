import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { EscalationPolicy } from '../../server/escalation/schema.ts'
import { useEscalationPolicies } from '../api/escalation.ts'
import { Button } from '../components/Button.tsx'
import { toast } from '../components/toast-store.ts'
import { RemoveDialog } from '../removals/RemoveDialog.tsx'

/** Takes a policy away; alert sources and open alerts go to another. */
export function DeletePolicy({ policy }: { policy: EscalationPolicy }) {
  const [asking, setAsking] = useState(false)
  const policies = useEscalationPolicies().data ?? []
  const navigate = useNavigate()
  return (
    <>
      <Button tone="dangerQuiet" onClick={() => setAsking(true)}>
        Delete policy
      </Button>
      {asking && (
        <RemoveDialog
          what="escalation-policies"
          id={policy.id}
          title={`Delete ${policy.name}?`}
          text="Escalations that already run keep their own copy and go on. This cannot be undone."
          action="Delete policy"
          candidates={policies.filter(({ id }) => id !== policy.id)}
          onClose={() => setAsking(false)}
          onRemoved={() => {
            navigate('/escalation-policies')
            toast(`${policy.name} was deleted.`)
          }}
        />
      )}
    </>
  )
}
