import { Bookmark, BookmarkPlus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useChangeSavedViews, useSavedViews } from '../api/alert-verbs.ts'
import { sentenceOf } from '../api/problem.ts'
import { Button, IconButton } from '../components/Button.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Field } from '../components/Field.tsx'
import { Menu, MenuItem } from '../components/Menu.tsx'
import { Notice } from '../components/Notice.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'
import { type AlertListFilter, filterAddress } from './alert-filter.ts'

/** Lists somebody keeps: one press away, on every device. */
export function SavedViews({ filter }: { filter: AlertListFilter }) {
  const views = useSavedViews().data ?? []
  const [open, setOpen] = useState<'save' | 'manage' | null>(null)
  const navigate = useNavigate()
  return (
    <>
      <Menu
        trigger={
          <Button>
            <Bookmark className="size-4" aria-hidden />
            Views
          </Button>
        }
      >
        {views.map((view) => (
          <MenuItem
            key={view.id}
            icon={<Bookmark className="size-4 text-muted" aria-hidden />}
            onSelect={() => navigate(`/alerts${view.query === '' ? '' : `?${view.query}`}`)}
          >
            {view.name}
          </MenuItem>
        ))}
        <MenuItem icon={<BookmarkPlus className="size-4 text-muted" aria-hidden />} onSelect={() => setOpen('save')}>
          Save this view…
        </MenuItem>
        {views.length > 0 && (
          <MenuItem icon={<Trash2 className="size-4 text-muted" aria-hidden />} onSelect={() => setOpen('manage')}>
            Delete views…
          </MenuItem>
        )}
      </Menu>
      <Dialog
        open={open === 'save'}
        onClose={() => setOpen(null)}
        title="Save this view"
        description="The tab and the filters as they stand now. Only you see it."
      >
        <SaveForm query={filterAddress(filter).slice(1)} onClose={() => setOpen(null)} />
      </Dialog>
      <Dialog open={open === 'manage'} onClose={() => setOpen(null)} title="Your views">
        <ViewList views={views} />
      </Dialog>
    </>
  )
}

function SaveForm({ query, onClose }: { query: string; onClose: () => void }) {
  const [name, setName] = useState('')
  const change = useChangeSavedViews()
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate(
          { save: { name: name.trim(), query } },
          {
            onSuccess: () => {
              toast(`${name.trim()} was saved.`)
              onClose()
            },
          },
        )
      }}
    >
      <Field label="Name" hint="One that you have already is replaced.">
        {(control) => (
          <TextInput {...control} maxLength={255} value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      {change.error && <Notice tone="danger">{sentenceOf(change.error)}</Notice>}
      <div className="flex justify-end gap-2 pb-1">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" tone="primary" disabled={name.trim() === ''} busy={change.isPending}>
          Save
        </Button>
      </div>
    </form>
  )
}

function ViewList({ views }: { views: readonly { id: number; name: string }[] }) {
  const change = useChangeSavedViews()
  if (views.length === 0) return <p className="pb-2 text-sm text-muted">You have none.</p>
  return (
    <ul className="grid divide-y">
      {views.map((view) => (
        <li key={view.id} className="flex items-center justify-between gap-3 py-1.5">
          <span className="min-w-0 truncate">{view.name}</span>
          <IconButton label={`Delete ${view.name}`} onClick={() => change.mutate({ remove: view.id })}>
            <Trash2 className="size-4" aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}
