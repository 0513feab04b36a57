import type { UseQueryResult } from '@tanstack/react-query'
import { useState } from 'react'
import type { Feed, NewFeed } from '../../server/oncall/feeds/schema.ts'
import { useAddFeed, useRevokeFeed } from '../api/schedules.ts'
import { Answer } from '../components/Answer.tsx'
import { Button } from '../components/Button.tsx'
import { CopyField } from '../components/CopyField.tsx'
import { exactText } from '../components/time-text.ts'
import { toast } from '../components/toast-store.ts'

type Whose = { schedule: { id: number } } | { user: { id: number } }
type Props = {
  query: UseQueryResult<Feed[]>
  empty: string
  makers: readonly { label: string; whose: Whose }[]
}

/** Addresses at which a calendar program reads shifts: made here, shown once, revoked here. */
export function FeedList({ query, empty, makers }: Props) {
  const add = useAddFeed()
  const revoke = useRevokeFeed()
  const [made, setMade] = useState<NewFeed | null>(null)
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap gap-2">
        {makers.map(({ label, whose }) => (
          <Button key={label} busy={add.isPending} onClick={async () => setMade(await add.mutateAsync(whose))}>
            {label}
          </Button>
        ))}
      </div>
      {made && (
        <div className="grid gap-1.5">
          <CopyField label={made.schedule ? `Shifts of ${made.schedule.name}` : 'All my shifts'} value={made.url} />
          <p className="text-xs text-muted">It is shown this once. Whoever has it can read the shifts.</p>
        </div>
      )}
      <Answer query={query}>
        {(list) =>
          list.length === 0 ? (
            <p className="text-sm text-muted">{empty}</p>
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
                      if (made?.id === feed.id) setMade(null)
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
  )
}
