import { LogOut, Moon, Search, Sun, UserRound } from 'lucide-react'
import { useNavigate } from 'react-router'
import type { Session } from '../../server/access/schema.ts'
import { sentenceOf } from '../api/problem.ts'
import { useSignOut } from '../api/session.ts'
import { Avatar } from '../components/Avatar.tsx'
import { IconButton } from '../components/Button.tsx'
import { Kbd } from '../components/Kbd.tsx'
import { Menu, MenuHeading, MenuItem } from '../components/Menu.tsx'
import { nameOf } from '../components/person-name.ts'
import { toast } from '../components/toast-store.ts'
import { Bell } from './Bell.tsx'
import { LiveDot } from './LiveDot.tsx'
import { TeamSwitch } from './TeamSwitch.tsx'
import { useTheme } from './useTheme.ts'

type Props = { session: Session; onSearch: () => void }

/** Search, whether the page is live, day or night, and who is signed in. */
export function Header({ session, onSearch }: Props) {
  const { theme, toggle } = useTheme()
  const Icon = theme === 'dark' ? Sun : Moon
  return (
    <header className="sticky top-0 z-30 flex h-bar items-center gap-2 border-b bg-surface px-3 md:px-6">
      <span className="md:hidden">
        <Bell />
      </span>
      <button
        type="button"
        onClick={onSearch}
        className="flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md border bg-canvas px-2.5 text-sm text-muted hover:bg-hover md:max-w-aside"
      >
        <Search className="size-4 shrink-0" aria-hidden />
        <span className="flex-1 truncate text-start">Search</span>
        <span className="hidden md:inline">
          <Kbd>⌘K</Kbd>
        </span>
      </button>
      <div className="ms-auto flex items-center gap-1">
        <div className="me-2 w-40 max-md:hidden">
          <TeamSwitch />
        </div>
        <LiveDot />
        <IconButton label={theme === 'dark' ? 'Switch to light' : 'Switch to dark'} onClick={toggle}>
          <Icon className="size-4" aria-hidden />
        </IconButton>
        <AccountMenu session={session} />
      </div>
    </header>
  )
}

function AccountMenu({ session }: { session: Session }) {
  const signOut = useSignOut()
  const navigate = useNavigate()
  const person = session.user ?? { firstName: 'Automation', lastName: '', email: 'a service' }
  const leave = () =>
    signOut.mutate(undefined, {
      onSuccess: () => navigate('/sign-in', { replace: true }),
      onError: (error) => toast(sentenceOf(error), 'danger'),
    })
  return (
    <Menu
      trigger={
        <IconButton label="Account">
          <Avatar person={person} />
        </IconButton>
      }
    >
      <MenuHeading>
        <span className="block font-medium">{nameOf(person)}</span>
        <span className="block text-muted">{person.email}</span>
      </MenuHeading>
      {session.user && (
        <MenuItem icon={<UserRound className="size-4 text-muted" aria-hidden />} onSelect={() => navigate('/profile')}>
          Your profile
        </MenuItem>
      )}
      <MenuItem icon={<LogOut className="size-4 text-muted" aria-hidden />} onSelect={leave}>
        Sign out
      </MenuItem>
    </Menu>
  )
}
