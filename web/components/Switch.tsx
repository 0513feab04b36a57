import { type ComponentProps, useId } from 'react'

type Props = Omit<ComponentProps<'input'>, 'type' | 'role'> & { label: string; hint?: string; checked: boolean }

/** On or off, at once. */
export function Switch({ label, hint, checked, ...rest }: Props) {
  const id = useId()
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="grid gap-0.5">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-xs text-muted">
            {hint}
          </p>
        )}
      </div>
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={checked}
        aria-checked={checked}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="relative h-5 w-9 shrink-0 appearance-none rounded-xl bg-outline transition-colors before:absolute before:inset-y-0.5 before:start-0.5 before:size-4 before:rounded-xl before:bg-on-accent before:transition-transform checked:bg-accent-fill checked:before:translate-x-4"
        {...rest}
      />
    </div>
  )
}
