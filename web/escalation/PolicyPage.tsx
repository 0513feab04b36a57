import { useParams } from 'react-router'
import { usePeople } from '../api/directory.ts'
import { useEscalationPolicy } from '../api/escalation.ts'
import { Answer } from '../components/Answer.tsx'
import { Page } from '../components/Page.tsx'
import { SkeletonPage } from '../components/Skeleton.tsx'
import { NotFoundPage } from '../shell/NotFoundPage.tsx'
import { DeletePolicy } from './DeletePolicy.tsx'
import { PolicyForm } from './PolicyForm.tsx'

const BACK = { to: '/escalation-policies', label: 'Escalation policies' }

/** One policy, or a new one. */
export function PolicyPage() {
  const { id } = useParams()
  const people = usePeople()
  return (
    <Answer query={people} skeleton={<SkeletonPage />}>
      {(everybody) => {
        if (id !== 'new') return <SavedPolicy id={Number(id)} people={everybody} />
        return (
          <Page title="Create escalation policy" back={BACK}>
            <PolicyForm policy={null} people={everybody} />
          </Page>
        )
      }}
    </Answer>
  )
}

type Props = { id: number; people: NonNullable<ReturnType<typeof usePeople>['data']> }

function SavedPolicy({ id, people }: Props) {
  const query = useEscalationPolicy(id)
  return (
    <Answer query={query} skeleton={<SkeletonPage />} missing={<NotFoundPage what="escalation policy" />}>
      {(policy) => (
        <Page title={policy.name} back={BACK} actions={<DeletePolicy policy={policy} />}>
          <PolicyForm key={policy.id} policy={policy} people={people} />
        </Page>
      )}
    </Answer>
  )
}
