import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import type { Schedule } from '../../server/oncall/schema.ts'
import { useSchedule, useSchedules } from '../api/schedules.ts'
import { AuditTab } from '../audit/AuditList.tsx'
import { Answer } from '../components/Answer.tsx'
import { Button } from '../components/Button.tsx'
import { Page } from '../components/Page.tsx'
import { SkeletonPage } from '../components/Skeleton.tsx'
import { TabLinks } from '../components/TabLinks.tsx'
import { toast } from '../components/toast-store.ts'
import { RemoveDialog } from '../removals/RemoveDialog.tsx'
import { NotFoundPage } from '../shell/NotFoundPage.tsx'
import { CalendarTab } from './CalendarTab.tsx'
import { FeedsTab } from './FeedsTab.tsx'
import { ScheduleForm } from './ScheduleForm.tsx'

const BACK = { to: '/schedules', label: 'On-call schedules' }

/** One schedule, or a new one. */
export function SchedulePage() {
  const { id } = useParams()
  if (id === 'new') {
    return (
      <Page title="Create on-call schedule" back={BACK}>
        <ScheduleForm schedule={null} />
      </Page>
    )
  }
  return <SavedSchedule id={Number(id)} />
}

function SavedSchedule({ id }: { id: number }) {
  const { tab = 'calendar' } = useParams()
  const query = useSchedule(id)
  const tabs = [
    { to: `/schedules/${id}`, label: 'Calendar', current: tab === 'calendar' },
    { to: `/schedules/${id}/settings`, label: 'Settings', current: tab === 'settings' },
    { to: `/schedules/${id}/feeds`, label: 'Subscribe', current: tab === 'feeds' },
    { to: `/schedules/${id}/changes`, label: 'Changes', current: tab === 'changes' },
  ]
  return (
    <Answer query={query} skeleton={<SkeletonPage />} missing={<NotFoundPage what="on-call schedule" />}>
      {(schedule) => (
        <Page
          title={schedule.name}
          back={BACK}
          actions={<DeleteSchedule schedule={schedule} />}
          tabs={<TabLinks label="Schedule" tabs={tabs} />}
        >
          {tab === 'settings' && <ScheduleForm key={schedule.updatedAt} schedule={schedule} />}
          {tab === 'feeds' && <FeedsTab schedule={schedule} />}
          {tab === 'changes' && <AuditTab type="schedule" id={schedule.id} />}
          {!['settings', 'feeds', 'changes'].includes(tab) && <CalendarTab schedule={schedule} />}
        </Page>
      )}
    </Answer>
  )
}

function DeleteSchedule({ schedule }: { schedule: Schedule }) {
  const [asking, setAsking] = useState(false)
  const schedules = useSchedules().data ?? []
  const navigate = useNavigate()
  return (
    <>
      <Button tone="dangerQuiet" onClick={() => setAsking(true)}>
        Delete schedule
      </Button>
      {asking && (
        <RemoveDialog
          what="schedules"
          id={schedule.id}
          title={`Delete ${schedule.name}?`}
          text="Nobody is on call by it any more. Who was stays known."
          action="Delete schedule"
          candidates={schedules.filter(({ id }) => id !== schedule.id)}
          onClose={() => setAsking(false)}
          onRemoved={() => {
            navigate('/schedules')
            toast(`${schedule.name} was deleted.`)
          }}
        />
      )}
    </>
  )
}
