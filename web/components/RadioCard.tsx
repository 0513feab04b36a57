import { type ComponentProps, type ReactNode, useId } from 'react'

type Props = Omit<ComponentProps<'input'>, 'type'> & { label: string; hint?: string }

/** One of a few ways, with what it means; its children show when it is chosen. */
export function RadioCard({ label, hint, children, checked, ...rest }: Props & { children?: ReactNode }) {
  const id = useId()
  return (
    <div
      data-checked={checked || undefined}
      className="rounded-lg border bg-raised transition-colors data-checked:border-accent data-checked:bg-accent-soft"
    >
      <label htmlFor={id} className="grid cursor-pointer grid-cols-[auto_1fr] gap-x-3 p-3.5">
        <input
          id={id}
          type="radio"
          checked={checked}
          className="mt-0.5 size-4"
          aria-labelledby={`${id}-label`}
          aria-describedby={hint ? `${id}-hint` : undefined}
          {...rest}
        />
        <span id={`${id}-label`} className="font-medium">
          {label}
        </span>
        {hint && (
          <span id={`${id}-hint`} className="col-start-2 text-sm text-muted">
            {hint}
          </span>
        )}
      </label>
      {checked && children && <div className="px-3.5 pb-3.5 ps-10.5">{children}</div>}
    </div>
  )
}
