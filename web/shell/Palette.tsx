import { Dialog } from '@base-ui/react/dialog'
import { Command } from 'cmdk'
import { useDeferredValue, useState } from 'react'
import { useNavigate } from 'react-router'
import { usePaletteGroups } from './usePaletteGroups.tsx'

/** Goes anywhere by name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState('')
  const groups = usePaletteGroups(useDeferredValue(text.trim()))
  const navigate = useNavigate()
  const rows = groups.flatMap((group) => group.rows)
  // Answers arrive while somebody types: what is chosen must be a row that is there.
  const value = rows.some((row) => row.to === chosen) ? chosen : (rows[0]?.to ?? '')
  const go = (to: string) => {
    onClose()
    navigate(to)
  }
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Popup className="fixed inset-x-3 top-[12vh] z-50 mx-auto max-w-dialog-wide overflow-hidden rounded-xl bg-raised shadow-float outline-none">
          <Dialog.Title className="sr-only">Find anything</Dialog.Title>
          <Command shouldFilter={false} loop label="Find anything" value={value} onValueChange={setChosen}>
            <Command.Input
              autoFocus
              value={text}
              onValueChange={setText}
              placeholder="Go to a page, or find an alert, source, policy, person…"
              className="h-12 w-full border-b bg-transparent px-4 text-base outline-none"
            />
            <Command.List className="max-h-[56vh] overflow-y-auto p-1.5">
              <Command.Empty className="px-3 py-6 text-center text-sm text-muted">Nothing found.</Command.Empty>
              {groups.map((group) => (
                <Command.Group key={group.heading} heading={group.heading}>
                  {group.rows.map((row) => (
                    <Command.Item
                      key={row.to}
                      value={row.to}
                      onSelect={() => go(row.to)}
                      className="flex h-9 items-center gap-2.5 rounded-md px-3 text-sm select-none data-[selected=true]:bg-selected"
                    >
                      {row.icon}
                      <span className="min-w-0 flex-1 truncate">{row.label}</span>
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
