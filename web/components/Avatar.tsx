type Props = { person: { firstName: string; lastName: string } }

/** A person in two letters. */
export function Avatar({ person }: Props) {
  const letters = `${person.firstName.slice(0, 1)}${person.lastName.slice(0, 1)}`.toUpperCase() || '?'
  return (
    <span
      aria-hidden
      data-letters={letters}
      className="grid size-6 before:content-[attr(data-letters)] shrink-0 place-items-center rounded-xl bg-accent-soft text-xs font-medium text-accent select-none"
    />
  )
}
