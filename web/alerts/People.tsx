import { UserMinus, UserPlus } from 'lucide-react'
import { useState } from 'react'
import type { Alert } from '../../server/alerts/schema.ts'
import { Avatar } from '../components/Avatar.tsx'
import { Button, IconButton } from '../components/Button.tsx'
import { ConfirmDialog } from '../components/ConfirmDialog.tsx'
import { Section } from '../components/Page.tsx'
import { nameOf } from '../components/person-name.ts'
import { namesText } from './asked.ts'
import { useVerb } from './useVerb.ts'
import { ResponderDialog } from './VerbDialogs.tsx'

/** Who is on the alert, and who follows it. */
export function People({ alert }: { alert: Alert }) {
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Alert['responders'][number]['user'] | null>(null)
  const verb = useVerb(alert.id)
  const isFree = alert.status !== 'RESOLVED' && alert.mergedIntoId === null
  const followers = alert.subscribers ?? []
  return (
    <Section
      title="Responders"
      aside={
        isFree && (
          <Button size="sm" onClick={() => setAdding(true)}>
            <UserPlus className="size-3.5" aria-hidden />
            Add
          </Button>
        )
      }
    >
      {alert.responders.length === 0 ? (
        <p className="text-sm text-muted">Nobody yet.</p>
      ) : (
        <ul aria-label="Responders" className="grid gap-2">
          {alert.responders.map((one) => (
            <li key={one.user.id} className="flex min-h-8 items-center gap-2.5">
              <Avatar person={one.user} />
              <span className="min-w-0 flex-1">
                <span className="block truncate text-sm font-medium">{nameOf(one.user)}</span>
                <span className="block truncate text-xs text-muted">{standing(one)}</span>
              </span>
              {isFree && one.user.id !== alert.acknowledgedBy?.id && (
                <IconButton label={`Take ${nameOf(one.user)} off`} onClick={() => setRemoving(one.user)}>
                  <UserMinus className="size-4" aria-hidden />
                </IconButton>
              )}
            </li>
          ))}
        </ul>
      )}
      {followers.length > 0 && (
        <p className="mt-3 border-t pt-3 text-xs text-muted">Followed by {namesText(followers)}.</p>
      )}
      <ResponderDialog alert={alert} open={adding} onClose={() => setAdding(false)} />
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={`Take ${removing ? nameOf(removing) : ''} off this alert?`}
        text="What has not reached them does not any more, and later levels pass them over. Adding them again undoes it."
        action="Take off"
        isHarmless
        onConfirm={async () => {
          if (!removing) return
          await verb.perform({ verb: 'remove-responder', user: removing.id }, `${nameOf(removing)} was taken off.`)
          setRemoving(null)
        }}
      />
    </Section>
  )
}

function standing(one: Alert['responders'][number]): string {
  if (one.status === 'ACCEPTED') return 'Accepted'
  return one.isAdded ? 'Asked by hand' : 'Asked by the policy'
}
