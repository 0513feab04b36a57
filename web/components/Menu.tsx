import { Menu as Base } from '@base-ui/react/menu'
import { type ReactElement, type ReactNode, useRef } from 'react'

type Props = { trigger: ReactElement; children: ReactNode }

/** A list of deeds behind a button. */
export function Menu({ trigger, children }: Props) {
  // The list stays inside the landmark of its button.
  const place = useRef<HTMLSpanElement>(null)
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <span ref={place} />
      <Base.Portal container={place}>
        <Base.Positioner sideOffset={6} align="end" collisionPadding={8} className="z-50 outline-none">
          <Base.Popup className="min-w-52 rounded-lg bg-raised p-1 shadow-float outline-none">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

type ItemProps = { icon?: ReactNode; children: ReactNode; onSelect: () => void }

/** One deed of a menu. */
export function MenuItem({ icon, children, onSelect }: ItemProps) {
  return (
    <Base.Item
      onClick={onSelect}
      className="flex cursor-default items-center gap-2.5 rounded-md px-2.5 py-1.5 text-sm outline-none select-none data-highlighted:bg-hover"
    >
      {icon}
      {children}
    </Base.Item>
  )
}

/** What a menu is about, above its deeds. */
export function MenuHeading({ children }: { children: ReactNode }) {
  return <div className="mb-1 border-b px-2.5 pt-1.5 pb-2.5 text-sm">{children}</div>
}
