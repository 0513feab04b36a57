import { Eye, EyeOff } from 'lucide-react'
import { type ComponentProps, useState } from 'react'
import { control } from './TextInput.tsx'

type Props = Omit<ComponentProps<'input'>, 'type'>

/** A secret, hidden until its owner asks to see it. */
export function PasswordInput(props: Props) {
  const [shown, setShown] = useState(false)
  const Icon = shown ? EyeOff : Eye
  return (
    <div className="relative">
      <input
        type={shown ? 'text' : 'password'}
        spellCheck={false}
        className={control({ className: 'pe-10' })}
        {...props}
      />
      <button
        type="button"
        aria-label={shown ? 'Hide what was typed' : 'Show what was typed'}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute inset-y-1 end-1 grid w-8 place-items-center rounded-sm text-muted hover:bg-hover hover:text-text"
      >
        <Icon className="size-4" aria-hidden />
      </button>
    </div>
  )
}
