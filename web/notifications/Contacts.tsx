import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { Contact } from '../../server/notifications/contacts/schema.ts'
import { useContacts, useNotice, useRemoveContact, useSend } from '../api/notifications.ts'
import { sentenceOf } from '../api/problem.ts'
import { Answer } from '../components/Answer.tsx'
import { Badge } from '../components/Badge.tsx'
import { Button } from '../components/Button.tsx'
import { ConfirmDialog } from '../components/ConfirmDialog.tsx'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { toast } from '../components/toast-store.ts'
import { AddContact } from './AddContact.tsx'
import { contactKinds, methodNames } from './names.ts'
import { VerifyContact } from './VerifyContact.tsx'

/** Where a person can be reached, and whether that works. */
export function Contacts({ personId, isOwn }: { personId: number; isOwn: boolean }) {
  const query = useContacts(personId)
  const [isAdding, setIsAdding] = useState(false)
  const [waiting, setWaiting] = useState<Contact | null>(null)
  return (
    <Section
      title="Contacts"
      hint="A contact is used once its code was entered."
      aside={
        <Button onClick={() => setIsAdding(true)}>
          <Plus className="size-4" aria-hidden />
          Add contact
        </Button>
      }
    >
      <Answer query={query}>
        {(contacts) => (
          <div className="grid gap-3">
            <FewContacts contacts={contacts} />
            <ul aria-label="Contacts" className="grid divide-y">
              {contacts.map((contact) => (
                <Row key={contact.id} personId={personId} contact={contact} onVerify={() => setWaiting(contact)} />
              ))}
            </ul>
          </div>
        )}
      </Answer>
      <AddContact
        personId={personId}
        isOwn={isOwn}
        open={isAdding}
        onClose={() => setIsAdding(false)}
        onAdded={(contact) => {
          setIsAdding(false)
          setWaiting(contact)
        }}
      />
      {waiting && <VerifyContact personId={personId} contact={waiting} onClose={() => setWaiting(null)} />}
    </Section>
  )
}

/** Who has only one way to be reached is not reached when it fails. */
function FewContacts({ contacts }: { contacts: readonly Contact[] }) {
  const working = contacts.filter(({ status }) => status === 'OK').length
  if (working > 1) return null
  return (
    <Notice tone="caution">
      {working === 0
        ? 'No contact works: alerts reach nobody here. Add one, or verify it.'
        : 'Only one contact works. When it fails, alerts reach nobody here: add another kind.'}
    </Notice>
  )
}

function Row({ personId, contact, onVerify }: { personId: number; contact: Contact; onVerify: () => void }) {
  const [asking, setAsking] = useState(false)
  const remove = useRemoveContact(personId)
  return (
    <li className="grid gap-1.5 py-2.5 first:pt-0 last:pb-0" data-contact={contact.kind}>
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1.5">
        <div className="grid min-w-0 gap-0.5">
          <span className="flex flex-wrap items-center gap-2 text-sm font-medium">
            {contactKinds[contact.kind].label}
            <State contact={contact} />
          </span>
          <span className="min-w-0 text-sm break-all text-muted">{contact.target}</span>
        </div>
        <div className="flex flex-wrap gap-1.5">
          {contact.status === 'OK' ? (
            <Tests personId={personId} contact={contact} />
          ) : (
            <Button size="sm" tone="primary" onClick={onVerify}>
              Verify
            </Button>
          )}
          <Button size="sm" tone="quiet" onClick={() => setAsking(true)}>
            Remove
          </Button>
        </div>
      </div>
      {contact.brokenReason && <p className="text-xs break-words text-danger">{contact.brokenReason}</p>}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={`Remove ${contact.target}?`}
        text="Nothing is sent there any more, and the rules that name it go with it."
        action="Remove contact"
        onConfirm={async () => {
          await remove.mutateAsync(contact)
          toast('The contact was removed.')
        }}
      />
    </li>
  )
}

function State({ contact }: { contact: Contact }) {
  if (contact.status === 'BLACKLISTED') return <Badge tone="danger">Broken</Badge>
  if (contact.status === 'LOCKED') return <Badge tone="caution">Not verified</Badge>
  return contact.primary ? <Badge>Primary</Badge> : null
}

/** One test for each way that leads to the contact, with what became of it. */
function Tests({ personId, contact }: { personId: number; contact: Contact }) {
  const send = useSend(personId)
  const [noticeId, setNoticeId] = useState<string | null>(null)
  const notice = useNotice(noticeId).data
  const isRunning = noticeId !== null && (!notice || notice.status === 'SCHEDULED')
  return (
    <>
      <span role="status" className="self-center text-xs text-muted">
        {isRunning && 'Sending…'}
        {notice?.status === 'SUCCESS' && 'Sent'}
        {notice?.status === 'ERROR' && <span className="text-danger">{notice.errorMessage}</span>}
      </span>
      {contact.methods.map((method) => (
        <Button
          key={method}
          size="sm"
          busy={send.isPending || isRunning}
          onClick={() =>
            send.mutate(
              { contact, what: 'test', method },
              {
                onSuccess: (sent) => setNoticeId(sent.noticeId),
                onError: (error) => toast(sentenceOf(error), 'danger'),
              },
            )
          }
        >
          {contact.methods.length > 1 ? `Test ${methodNames[method]}` : 'Test'}
        </Button>
      ))}
    </>
  )
}
