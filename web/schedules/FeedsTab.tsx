import { useState } from 'react'
import type { NewFeed } from '../../server/oncall/feeds/schema.ts'
import type { Schedule } from '../../server/oncall/schema.ts'
import { useAddFeed, useFeeds, useRevokeFeed } from '../api/schedules.ts'
import { useSession } from '../api/session.ts'
import { Answer } from '../components/Answer.tsx'
import { Button } from '../components/Button.tsx'
import { CopyField } from '../components/CopyField.tsx'
import { Section } from '../components/Page.tsx'
import { exactText } from '../components/time-text.ts'
import { toast } from '../components/toast-store.ts'

/** Addresses at which a calendar program reads this schedule, or one's own shifts. */
export function FeedsTab({ schedule }: { schedule: Schedule }) {
  const feeds = useFeeds(schedule.id)
  const add = useAddFeed()
  const revoke = useRevokeFeed()
  const me = useSession().data?.user
  const [made, setMade] = useState<NewFeed | null>(null)
  return (
    <div className="grid max-w-form grid-cols-1 gap-4 p-4 md:p-6">
      <Section title="Subscribe" hint="Your calendar program reads the shifts again every hour.">
        <div className="grid gap-4">
          <div className="flex flex-wrap gap-2">
            <Button
              tone="primary"
              busy={add.isPending}
              onClick={async () => setMade(await add.mutateAsync({ schedule: { id: schedule.id } }))}
            >
              Address for this schedule
            </Button>
            {me && (
              <Button
                busy={add.isPending}
                onClick={async () => setMade(await add.mutateAsync({ user: { id: me.id } }))}
              >
                Address for all my shifts
              </Button>
            )}
          </div>
          {made && (
            <div className="grid gap-1.5">
              <CopyField label={made.schedule ? `Shifts of ${made.schedule.name}` : 'All my shifts'} value={made.url} />
              <p className="text-xs text-muted">It is shown this once. Whoever has it can read the shifts.</p>
            </div>
          )}
          <Answer query={feeds}>
            {(list) =>
              list.length === 0 ? (
                <p className="text-sm text-muted">You have no address for this schedule yet.</p>
              ) : (
                <ul aria-label="Your addresses" className="divide-y rounded-lg border">
                  {list.map((feed) => (
                    <li key={feed.id} className="flex items-center justify-between gap-3 px-3 py-2 text-sm">
                      <span className="min-w-0">
                        Made {exactText(feed.createdAt)}
                        <span className="block text-muted">
                          {feed.lastReadAt ? `Last read ${exactText(feed.lastReadAt)}` : 'Never read'}
                        </span>
                      </span>
                      <Button
                        tone="dangerQuiet"
                        onClick={async () => {
                          await revoke.mutateAsync(feed.id)
                          toast('The address works no more.')
                        }}
                      >
                        Revoke
                      </Button>
                    </li>
                  ))}
                </ul>
              )
            }
          </Answer>
        </div>
      </Section>
    </div>
  )
}
