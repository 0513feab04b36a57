import { Pencil, Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { Comment } from '../../server/alerts/comments/schema.ts'
import { useChangeComment, useComments } from '../api/alert-verbs.ts'
import { sentenceOf } from '../api/problem.ts'
import { useSession } from '../api/session.ts'
import { Answer } from '../components/Answer.tsx'
import { Avatar } from '../components/Avatar.tsx'
import { Button, IconButton } from '../components/Button.tsx'
import { ConfirmDialog } from '../components/ConfirmDialog.tsx'
import { Markdown } from '../components/Markdown.tsx'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { TextArea } from '../components/TextInput.tsx'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { toast } from '../components/toast-store.ts'

const CONTENT_LENGTH_MAX = 16_000

/** What people and sources wrote, and a place to write. */
export function Comments({ alertId }: { alertId: number }) {
  const query = useComments(alertId)
  return (
    <Section title="Comments">
      <div className="grid gap-4">
        <Answer query={query}>
          {(comments) =>
            comments.length > 0 && (
              <ol aria-label="Comments" className="grid gap-4">
                {comments.map((comment) => (
                  <CommentView key={comment.id} comment={comment} />
                ))}
              </ol>
            )
          }
        </Answer>
        <Write alertId={alertId} />
      </div>
    </Section>
  )
}

function Write({ alertId }: { alertId: number }) {
  const [text, setText] = useState('')
  const change = useChangeComment(alertId)
  const send = (event?: FormEvent) => {
    event?.preventDefault()
    const content = text.trim()
    if (content === '' || change.isPending) return
    change.mutate({ kind: 'add', content }, { onSuccess: () => setText('') })
  }
  return (
    <form className="grid gap-2" onSubmit={send}>
      <TextArea
        aria-label="Write a comment"
        placeholder="What did you find, what do you try? Markdown works."
        rows={2}
        maxLength={CONTENT_LENGTH_MAX}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && (event.metaKey || event.ctrlKey) && send()}
      />
      {change.error && <Notice tone="danger">{sentenceOf(change.error)}</Notice>}
      {text.trim() !== '' && (
        <div className="flex items-center justify-end gap-3">
          <span className="text-xs text-faint">Ctrl+Enter sends</span>
          <Button type="submit" tone="primary" busy={change.isPending}>
            Comment
          </Button>
        </div>
      )}
    </form>
  )
}

function CommentView({ comment }: { comment: Comment }) {
  const me = useSession().data?.user
  const change = useChangeComment(comment.alertId)
  const [mode, setMode] = useState<'edit' | 'delete' | null>(null)
  const isMine = me?.role === 'OWNER' || me?.role === 'ADMIN' || (comment.user !== null && comment.user.id === me?.id)
  return (
    <li className="group grid grid-cols-[auto_minmax(0,1fr)] gap-x-3">
      {comment.user ? (
        <Avatar person={comment.user} />
      ) : (
        <Avatar person={{ firstName: comment.creator, lastName: '' }} />
      )}
      <div className="grid min-w-0 gap-1">
        <div className="flex min-h-7 flex-wrap items-center gap-x-2 text-sm">
          <strong className="font-semibold">{comment.creator}</strong>
          <span className="text-xs text-muted">
            <TimeAgo at={comment.createdAt} />
            {comment.editedAt && ', edited'}
          </span>
          {isMine && mode !== 'edit' && (
            <span className="ms-auto flex opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
              <IconButton label="Change comment" onClick={() => setMode('edit')}>
                <Pencil className="size-3.5" aria-hidden />
              </IconButton>
              <IconButton label="Delete comment" onClick={() => setMode('delete')}>
                <Trash2 className="size-3.5" aria-hidden />
              </IconButton>
            </span>
          )}
        </div>
        {mode === 'edit' ? (
          <Edit comment={comment} onClose={() => setMode(null)} />
        ) : (
          <Markdown source={comment.content} isOutside />
        )}
      </div>
      <ConfirmDialog
        open={mode === 'delete'}
        onClose={() => setMode(null)}
        title="Delete this comment?"
        text="It is gone from the timeline too. This cannot be undone."
        action="Delete comment"
        onConfirm={async () => {
          await change.mutateAsync({ kind: 'delete', commentId: comment.id })
          setMode(null)
          toast('The comment was deleted.')
        }}
      />
    </li>
  )
}

function Edit({ comment, onClose }: { comment: Comment; onClose: () => void }) {
  const [text, setText] = useState(comment.content)
  const change = useChangeComment(comment.alertId)
  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate({ kind: 'edit', commentId: comment.id, content: text.trim() }, { onSuccess: onClose })
      }}
    >
      <TextArea
        aria-label="Comment"
        rows={3}
        maxLength={CONTENT_LENGTH_MAX}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {change.error && <Notice tone="danger">{sentenceOf(change.error)}</Notice>}
      <div className="flex justify-end gap-2">
        <Button size="sm" onClick={onClose}>
          Cancel
        </Button>
        <Button size="sm" type="submit" tone="primary" disabled={text.trim() === ''} busy={change.isPending}>
          Save
        </Button>
      </div>
    </form>
  )
}
