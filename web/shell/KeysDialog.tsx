import { Dialog } from '../components/Dialog.tsx'
import { Kbd } from '../components/Kbd.tsx'

const KEYS: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ['⌘K', 'Ctrl K'], does: 'Find anything' },
  { keys: ['j', 'k'], does: 'Next, previous alert' },
  { keys: ['Enter'], does: 'Open the alert' },
  { keys: ['a'], does: 'Accept' },
  { keys: ['r'], does: 'Resolve' },
  { keys: ['x'], does: 'Choose the alert, for several at once' },
  { keys: ['Esc'], does: 'Choose none' },
  { keys: ['c'], does: 'Create an alert' },
  { keys: ['/'], does: 'Filter the list' },
  { keys: ['Alt ↑', 'Alt ↓'], does: 'Move a level of an escalation policy' },
  { keys: ['?'], does: 'This list' },
]

/** What the keyboard can do. */
export function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Keyboard">
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-2.5 text-sm">
        {KEYS.map((row) => (
          <div key={row.does} className="contents">
            <dt className="flex gap-1">
              {row.keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd className="text-muted">{row.does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
