import { useState } from 'react'
import type { CoverageRequest } from '../../server/duties/requests/schema.ts'
import { type RequestVerb, useAnswerRequest } from '../api/duties.ts'
import { sentenceOf } from '../api/problem.ts'
import { Button } from '../components/Button.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Field } from '../components/Field.tsx'
import { Notice } from '../components/Notice.tsx'
import { TextArea } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'
import { zoneText } from '../schedules/zone-time.ts'

type Words = { title: string; action: string; text: (name: string) => string; done: string }

const WORDS: Record<RequestVerb, Words> = {
  accept: {
    title: 'Take this shift?',
    action: 'Take the shift',
    text: () => 'You are on call in this time instead.',
    done: 'You take the shift.',
  },
  decline: {
    title: 'Decline?',
    action: 'Decline',
    text: (name) => `The shift stays with ${name}, who is told.`,
    done: 'The request was declined.',
  },
  withdraw: {
    title: 'Withdraw the request?',
    action: 'Withdraw',
    text: (name) => `The shift stays yours, and ${name} is told.`,
    done: 'The request was withdrawn.',
  },
}

type Props = { request: CoverageRequest; verb: RequestVerb; onClose: () => void }

/** An answer to a coverage request, with a word if one likes. */
export function AnswerDialog({ request, verb, onClose }: Props) {
  const answer = useAnswerRequest()
  const [message, setMessage] = useState('')
  const words = WORDS[verb]
  const { schedule, requester, user } = request
  const other = (verb === 'withdraw' ? user : requester).firstName
  const send = async () => {
    try {
      await answer.mutateAsync({ id: request.id, verb, message })
    } catch {
      // It is shown above the form.
      return
    }
    toast(words.done)
    onClose()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.title}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" busy={answer.isPending} onClick={() => void send()}>
            {words.action}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {answer.error && <Notice tone="danger">{sentenceOf(answer.error)}</Notice>}
        <p className="text-sm">
          <span className="font-medium">{schedule.name}</span>,{' '}
          {zoneText(schedule.timezone, Date.parse(request.start), 'both')} to{' '}
          {zoneText(schedule.timezone, Date.parse(request.end), 'both')} ({schedule.timezone}).{' '}
          <span className="text-muted">{words.text(other)}</span>
        </p>
        <Field label="Message" optional>
          {(control) => (
            <TextArea
              {...control}
              maxLength={1_000}
              value={message}
              onChange={(event) => setMessage(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Dialog>
  )
}
