import { Link } from 'react-router'
import type { Schedule } from '../../server/oncall/schema.ts'
import { useFeeds } from '../api/schedules.ts'
import { Section } from '../components/Page.tsx'
import { FeedList } from './FeedList.tsx'

/** Addresses at which a calendar program reads this schedule. */
export function FeedsTab({ schedule }: { schedule: Schedule }) {
  const feeds = useFeeds(schedule.id)
  return (
    <div className="grid max-w-form grid-cols-1 gap-4 p-4 md:p-6">
      <Section
        title="Subscribe"
        hint={
          <>
            Your calendar program reads the shifts again every hour. Your own shifts of all schedules have an address
            under{' '}
            <Link className="text-accent hover:underline" to="/my-on-call">
              My on-call
            </Link>
            .
          </>
        }
      >
        <FeedList
          query={feeds}
          empty="You have no address for this schedule yet."
          makers={[{ label: 'Address for this schedule', whose: { schedule: { id: schedule.id } } }]}
        />
      </Section>
    </div>
  )
}
