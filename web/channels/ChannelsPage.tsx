import { useState } from 'react'
import { type Channel, useChannels } from '../api/notifications.ts'
import { useSession } from '../api/session.ts'
import { Answer } from '../components/Answer.tsx'
import { Badge } from '../components/Badge.tsx'
import { Button } from '../components/Button.tsx'
import { Monogram } from '../components/Monogram.tsx'
import { Page } from '../components/Page.tsx'
import { ChannelDialog } from './ChannelDialog.tsx'

/** The ways messages can go, and how they are set up. */
export function ChannelsPage() {
  const query = useChannels()
  const [chosen, setChosen] = useState<string | null>(null)
  const session = useSession().data
  const mayChange = session?.user === null || session?.user?.role === 'ADMIN' || session?.user?.role === 'OWNER'
  return (
    <Page title="Channels">
      <div className="max-w-page p-4 md:p-6">
        <Answer query={query}>
          {(channels) => (
            <>
              <ul aria-label="Channels" className="grid divide-y rounded-xl border bg-surface">
                {channels.map((channel) => (
                  <Row
                    key={channel.method}
                    channel={channel}
                    onSetUp={mayChange && channel.schema ? () => setChosen(channel.method) : null}
                  />
                ))}
              </ul>
              {chosen !== null && (
                <ChannelDialog
                  channel={channels.find((one) => one.method === chosen) ?? null}
                  onClose={() => setChosen(null)}
                />
              )}
            </>
          )}
        </Answer>
      </div>
    </Page>
  )
}

const STATES = { READY: 'Ready', NOT_SET_UP: 'Not set up', BROKEN: 'Broken' } as const
const TONES = { READY: 'good', NOT_SET_UP: 'plain', BROKEN: 'danger' } as const

function Row({ channel, onSetUp }: { channel: Channel; onSetUp: (() => void) | null }) {
  return (
    <li data-channel={channel.method} className="grid gap-1 px-4 py-3 md:px-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Monogram letters={channel.title.replace(/[^A-Za-z]/g, '').slice(0, 2)} />
        <div className="grid min-w-0 flex-1 basis-48 gap-0.5">
          <span className="flex flex-wrap items-center gap-2 text-sm font-medium">
            {channel.title}
            <Badge tone={TONES[channel.state]}>{STATES[channel.state]}</Badge>
            {channel.setBy === 'ENVIRONMENT' && <Badge>By the environment</Badge>}
          </span>
          <span className="text-sm text-muted">{channel.summary}</span>
        </div>
        {onSetUp && <Button onClick={onSetUp}>{channel.state === 'NOT_SET_UP' ? 'Set up' : 'Change'}</Button>}
      </div>
      {channel.problem && <p className="text-sm break-words text-danger">{channel.problem}</p>}
    </li>
  )
}
