import { Search } from 'lucide-react'
import { type Ref, useEffect, useState } from 'react'
import { control } from './TextInput.tsx'

type Props = {
  label: string
  placeholder: string
  value: string
  onChange: (value: string) => void
  ref?: Ref<HTMLInputElement>
}

const SETTLE_MS = 200

/** Text to look for; it is asked once the typing rests. */
export function SearchField({ label, placeholder, value, onChange, ref }: Props) {
  const [typed, setTyped] = useState(value)
  const [known, setKnown] = useState(value)
  if (known !== value) {
    setKnown(value)
    setTyped(value)
  }
  useEffect(() => {
    if (typed === value) return
    const timer = setTimeout(() => onChange(typed), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [typed, value, onChange])
  return (
    <div className="relative min-w-0">
      <Search className="pointer-events-none absolute inset-y-0 start-2.5 my-auto size-4 text-faint" aria-hidden />
      <input
        ref={ref}
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        className={control({ size: 'sm', className: 'ps-8' })}
      />
    </div>
  )
}
