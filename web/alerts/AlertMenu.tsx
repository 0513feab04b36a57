import {
  ArrowUpRight,
  ChevronsUp,
  Ellipsis,
  Eye,
  EyeOff,
  Hand,
  Link2,
  type LucideIcon,
  Merge,
  RotateCcw,
  Route,
  Split,
  Undo2,
  UserCheck,
  UserPlus,
} from 'lucide-react'
import { useState } from 'react'
import type { Alert } from '../../server/alerts/schema.ts'
import { useSession } from '../api/session.ts'
import { Button } from '../components/Button.tsx'
import { ConfirmDialog } from '../components/ConfirmDialog.tsx'
import { Menu, MenuItem } from '../components/Menu.tsx'
import { LinkDialog, MergeDialog } from './OtherAlertDialogs.tsx'
import { useVerb } from './useVerb.ts'
import { AssignDialog, EscalateDialog, RerouteDialog, ResponderDialog } from './VerbDialogs.tsx'

type Question = 'reopen' | 'assign' | 'reroute' | 'escalate' | 'respond' | 'merge' | 'link'

/** Everything that can be done with an alert besides the two answers. */
export function AlertMenu({ alert }: { alert: Alert }) {
  const [question, setQuestion] = useState<Question | null>(null)
  const me = useSession().data?.user?.id
  const verb = useVerb(alert.id)
  const close = () => setQuestion(null)
  const isOpen = alert.status !== 'RESOLVED'
  const isMerged = alert.mergedIntoId !== null
  const isFree = isOpen && !isMerged
  const follows = alert.subscribers?.some((person) => person.id === me) ?? false
  const acceptedToo = alert.responders.some((one) => one.user.id === me && one.status === 'ACCEPTED')
  const dialog = { alert, onClose: close }
  return (
    <>
      <Menu
        trigger={
          <Button>
            <Ellipsis className="size-4" aria-hidden />
            More
          </Button>
        }
      >
        {isFree && (
          <>
            <Item icon={ArrowUpRight} label="Escalate…" onSelect={() => setQuestion('escalate')} />
            <Item icon={UserCheck} label="Assign to a person…" onSelect={() => setQuestion('assign')} />
            <Item icon={Route} label="Reroute to a policy…" onSelect={() => setQuestion('reroute')} />
            <Item icon={UserPlus} label="Ask somebody to help…" onSelect={() => setQuestion('respond')} />
            {alert.priority === 'LOW' && (
              <Item
                icon={ChevronsUp}
                label="Raise to high priority"
                onSelect={() => verb.now({ verb: 'raise' }, 'Raised to high priority.')}
              />
            )}
            {alert.status === 'ACCEPTED' && !acceptedToo && (
              <Item
                icon={Hand}
                label="Accept it too"
                onSelect={() => verb.now({ verb: 'accept' }, 'You work on it too.')}
              />
            )}
            <Item icon={Merge} label="Merge others into it…" onSelect={() => setQuestion('merge')} />
          </>
        )}
        {isOpen && isMerged && (
          <Item
            icon={Split}
            label={`Take out of alert ${alert.mergedIntoId}`}
            onSelect={() => verb.now({ verb: 'unmerge' }, 'It stands for itself again.')}
          />
        )}
        {isFree && alert.status === 'ACCEPTED' && (
          <Item
            icon={Undo2}
            label={acceptedToo ? 'Take the acceptance back' : 'Let it wait for an answer again'}
            onSelect={() => verb.now({ verb: 'unaccept' }, 'Not accepted any more. Who was asked last is asked again.')}
          />
        )}
        {!isOpen && !isMerged && <Item icon={RotateCcw} label="Open again…" onSelect={() => setQuestion('reopen')} />}
        <Item icon={Link2} label="Link with another…" onSelect={() => setQuestion('link')} />
        <Item
          icon={follows ? EyeOff : Eye}
          label={follows ? 'Stop following' : 'Follow'}
          onSelect={() =>
            follows
              ? verb.now({ verb: 'unsubscribe' }, 'You are not told any more.')
              : verb.now({ verb: 'subscribe' }, 'You are told by e-mail what happens to it.')
          }
        />
      </Menu>
      <ConfirmDialog
        open={question === 'reopen'}
        onClose={close}
        title="Open this alert again?"
        text={
          alert.acceptedAt
            ? 'It is accepted as before, and nobody is asked. The other system is not told.'
            : 'Who was asked last is asked again, at once. The other system is not told.'
        }
        action="Open again"
        isHarmless
        onConfirm={async () => {
          await verb.perform({ verb: 'reopen' }, 'Opened again.')
          close()
        }}
      />
      <EscalateDialog {...dialog} open={question === 'escalate'} />
      <AssignDialog {...dialog} open={question === 'assign'} />
      <RerouteDialog {...dialog} open={question === 'reroute'} />
      <ResponderDialog {...dialog} open={question === 'respond'} />
      <MergeDialog {...dialog} open={question === 'merge'} />
      <LinkDialog {...dialog} open={question === 'link'} />
    </>
  )
}

function Item({ icon: Icon, label, onSelect }: { icon: LucideIcon; label: string; onSelect: () => void }) {
  return (
    <MenuItem icon={<Icon className="size-4 text-muted" aria-hidden />} onSelect={onSelect}>
      {label}
    </MenuItem>
  )
}
