import { useParams } from 'react-router'
import { usePeople, useTeams } from '../api/directory.ts'
import { useEscalationPolicy } from '../api/escalation.ts'
import { useSchedules } from '../api/schedules.ts'
import { AuditSection } from '../audit/AuditList.tsx'
import { Answer } from '../components/Answer.tsx'
import { Page } from '../components/Page.tsx'
import { SkeletonPage } from '../components/Skeleton.tsx'
import { NotFoundPage } from '../shell/NotFoundPage.tsx'
import { WhatIfLink } from '../simulation/WhatIfLink.tsx'
import { DeletePolicy } from './DeletePolicy.tsx'
import { PolicyForm } from './PolicyForm.tsx'
import type { Askable } from './targets.ts'

const BACK = { to: '/escalation-policies', label: 'Escalation policies' }

/** One policy, or a new one. */
export function PolicyPage() {
  const { id } = useParams()
  const people = usePeople()
  const schedules = useSchedules()
  const teams = useTeams()
  const missing = [people, schedules, teams].find((query) => query.data === undefined)
  if (missing) {
    return (
      <Answer query={missing} skeleton={<SkeletonPage />}>
        {() => null}
      </Answer>
    )
  }
  const askable = { people: people.data ?? [], schedules: schedules.data ?? [], teams: teams.data ?? [] }
  if (id !== 'new') return <SavedPolicy id={Number(id)} askable={askable} />
  return (
    <Page title="Create escalation policy" back={BACK}>
      <PolicyForm policy={null} askable={askable} />
    </Page>
  )
}

function SavedPolicy({ id, askable }: { id: number; askable: Askable }) {
  const query = useEscalationPolicy(id)
  return (
    <Answer query={query} skeleton={<SkeletonPage />} missing={<NotFoundPage what="escalation policy" />}>
      {(policy) => (
        <Page
          title={policy.name}
          back={BACK}
          actions={
            <>
              <WhatIfLink policy={policy.id} />
              <DeletePolicy policy={policy} />
            </>
          }
        >
          <PolicyForm key={policy.id} policy={policy} askable={askable} />
          <div className="max-w-page px-4 pb-6 md:px-6">
            <AuditSection type="escalation-policy" id={policy.id} />
          </div>
        </Page>
      )}
    </Answer>
  )
}
