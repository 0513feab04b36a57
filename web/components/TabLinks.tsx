import { NavLink } from 'react-router'

type Tab = { to: string; label: string; count?: number | undefined; current?: boolean | undefined }

type Props = { label: string; tabs: readonly Tab[] }

/** Ways through one place; each has an address of its own. */
export function TabLinks({ label, tabs }: Props) {
  return (
    <nav aria-label={label} className="-mb-px flex gap-1 overflow-x-auto overflow-y-hidden">
      {tabs.map((tab) => (
        <NavLink
          key={tab.label}
          to={tab.to}
          end
          aria-current={tab.current === undefined ? undefined : tab.current ? 'page' : 'false'}
          data-current={tab.current || undefined}
          className="flex h-9 items-center gap-1.5 border-b-2 border-transparent px-2.5 text-sm font-medium whitespace-nowrap text-muted hover:text-text aria-[current=page]:border-accent aria-[current=page]:text-text"
        >
          {tab.label}
          {tab.count !== undefined && <span className="text-xs text-faint tabular-nums">{tab.count}</span>}
        </NavLink>
      ))}
    </nav>
  )
}
