import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { EscalationPolicy } from '../../server/escalation/schema.ts'
import { useDeleteEscalationPolicy } from '../api/escalation.ts'
import { Button } from '../components/Button.tsx'
import { ConfirmDialog } from '../components/ConfirmDialog.tsx'
import { toast } from '../components/toast-store.ts'

/** Takes a policy away, if nothing needs it. */
export function DeletePolicy({ policy }: { policy: EscalationPolicy }) {
  const [asking, setAsking] = useState(false)
  const remove = useDeleteEscalationPolicy()
  const navigate = useNavigate()
  return (
    <>
      <Button tone="dangerQuiet" onClick={() => setAsking(true)}>
        Delete policy
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={`Delete ${policy.name}?`}
        text="Escalations that already run keep their own copy and go on. This cannot be undone."
        action="Delete policy"
        onConfirm={async () => {
          await remove.mutateAsync(policy.id)
          navigate('/escalation-policies')
          toast(`${policy.name} was deleted.`)
        }}
      />
    </>
  )
}
