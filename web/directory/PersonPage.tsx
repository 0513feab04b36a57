import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { type Person, usePeople, usePerson } from '../api/directory.ts'
import { useSession } from '../api/session.ts'
import { AuditSection } from '../audit/AuditList.tsx'
import { Answer } from '../components/Answer.tsx'
import { Button } from '../components/Button.tsx'
import { Page } from '../components/Page.tsx'
import { nameOf } from '../components/person-name.ts'
import { SkeletonPage } from '../components/Skeleton.tsx'
import { toast } from '../components/toast-store.ts'
import { Contacts } from '../notifications/Contacts.tsx'
import { Mute } from '../notifications/Mute.tsx'
import { QuietHours } from '../notifications/QuietHours.tsx'
import { Rules } from '../notifications/Rules.tsx'
import { RemoveDialog } from '../removals/RemoveDialog.tsx'
import { NotFoundPage } from '../shell/NotFoundPage.tsx'
import { PersonForm } from './PersonForm.tsx'

const BACK = { to: '/people', label: 'People' }

/** One person, or a new one. */
export function PersonPage() {
  const { id } = useParams()
  if (id === 'new') {
    return (
      <Page title="Add person" back={BACK} width="form">
        <PersonForm person={null} />
      </Page>
    )
  }
  return <PersonView id={Number(id)} />
}

/** Who a person is, where they are reached, and how they want to hear of what. */
export function PersonView({ id }: { id: number }) {
  const query = usePerson(id, true)
  const isOwn = useSession().data?.user?.id === id
  return (
    <Answer query={query} skeleton={<SkeletonPage />} missing={<NotFoundPage what="person" />}>
      {(person) => (
        <Page
          title={isOwn ? 'Your profile' : nameOf(person)}
          {...(isOwn ? {} : { back: BACK })}
          width="form"
          actions={<DeletePerson person={person} />}
        >
          <div className="grid gap-4 px-4 pt-4 md:pt-6">
            <Contacts personId={person.id} isOwn={isOwn} />
            <Rules personId={person.id} />
            <QuietHours personId={person.id} />
            <Mute person={person} />
          </div>
          <PersonForm key={person.id} person={person} />
          <div className="px-4 pb-6">
            <AuditSection type="person" id={person.id} />
          </div>
        </Page>
      )}
    </Answer>
  )
}

function DeletePerson({ person }: { person: Person }) {
  const [asking, setAsking] = useState(false)
  const people = usePeople().data ?? []
  const navigate = useNavigate()
  const isMyself = useSession().data?.user?.id === person.id
  if (isMyself || person.role === 'OWNER') return null
  return (
    <>
      <Button tone="dangerQuiet" onClick={() => setAsking(true)}>
        Delete person
      </Button>
      {asking && (
        <RemoveDialog
          what="users"
          id={person.id}
          title={`Delete ${nameOf(person)}?`}
          text="This person is not asked any more and is signed out everywhere. What they did stays on the timelines."
          action="Delete person"
          candidates={people.filter(({ id }) => id !== person.id).map((one) => ({ id: one.id, name: nameOf(one) }))}
          onClose={() => setAsking(false)}
          onRemoved={() => {
            navigate('/people')
            toast(`${nameOf(person)} was deleted.`)
          }}
        />
      )}
    </>
  )
}
