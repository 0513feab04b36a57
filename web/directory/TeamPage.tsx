import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import type { Team } from '../../server/directory/schema.ts'
import { useDeleteTeam, useTeam } from '../api/directory.ts'
import { AuditSection } from '../audit/AuditList.tsx'
import { Answer } from '../components/Answer.tsx'
import { Button } from '../components/Button.tsx'
import { ConfirmDialog } from '../components/ConfirmDialog.tsx'
import { Page } from '../components/Page.tsx'
import { SkeletonPage } from '../components/Skeleton.tsx'
import { toast } from '../components/toast-store.ts'
import { NotFoundPage } from '../shell/NotFoundPage.tsx'
import { TeamForm } from './TeamForm.tsx'

const BACK = { to: '/teams', label: 'Teams' }

/** One team, or a new one. */
export function TeamPage() {
  const { id } = useParams()
  const query = useTeam(Number(id), id !== 'new')
  if (id === 'new') {
    return (
      <Page title="Create team" back={BACK} width="form">
        <TeamForm team={null} />
      </Page>
    )
  }
  return (
    <Answer query={query} skeleton={<SkeletonPage />} missing={<NotFoundPage what="team" />}>
      {(team) => (
        <Page title={team.name} back={BACK} width="form" actions={<DeleteTeam team={team} />}>
          <TeamForm key={team.id} team={team} />
          <div className="px-4 pb-6">
            <AuditSection type="team" id={team.id} />
          </div>
        </Page>
      )}
    </Answer>
  )
}

function DeleteTeam({ team }: { team: Team }) {
  const [asking, setAsking] = useState(false)
  const remove = useDeleteTeam()
  const navigate = useNavigate()
  return (
    <>
      <Button tone="dangerQuiet" onClick={() => setAsking(true)}>
        Delete team
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={`Delete ${team.name}?`}
        text="Its people stay; only the team goes."
        action="Delete team"
        onConfirm={async () => {
          await remove.mutateAsync(team.id)
          navigate('/teams')
          toast(`${team.name} was deleted.`)
        }}
      />
    </>
  )
}
