import { Check, Info, X } from 'lucide-react'
import { useId } from 'react'
import type { Integration } from '../../../server/alert-sources/schema.ts'
import { Badge } from '../../components/Badge.tsx'
import { IconButton } from '../../components/Button.tsx'
import { Monogram } from '../../components/Monogram.tsx'
import { Popover } from '../../components/Popover.tsx'

type Props = { integration: Integration; checked: boolean; onChoose: () => void }

/** One kind of system, to choose and to learn about. */
export function IntegrationTile({ integration, checked, onChoose }: Props) {
  const id = useId()
  return (
    <div
      data-checked={checked || undefined}
      className="relative rounded-xl border bg-raised transition-colors hover:bg-hover has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-offset-1 has-[input:focus-visible]:outline-accent data-checked:border-accent data-checked:bg-accent-soft"
    >
      <label
        htmlFor={id}
        className="grid h-full cursor-pointer grid-cols-[auto_1fr] content-start gap-x-3 gap-y-0.5 p-4 pe-11"
      >
        <input
          id={id}
          type="radio"
          name="integration-type"
          checked={checked}
          onChange={onChoose}
          aria-labelledby={`${id}-title`}
          aria-describedby={`${id}-summary`}
          className="sr-only"
        />
        <span className="row-span-2">
          <Monogram letters={integration.monogram} size="lg" />
        </span>
        <span className="flex flex-wrap items-center gap-2">
          <span id={`${id}-title`} className="font-semibold">
            {integration.title}
          </span>
          {integration.featured && <Badge tone="accent">Featured</Badge>}
        </span>
        <span id={`${id}-summary`} className="col-start-2 text-sm text-muted">
          {integration.summary}
        </span>
      </label>
      <div className="absolute end-2 top-2">
        <Popover
          title={`What ${integration.title} can do`}
          trigger={
            <IconButton label={`About ${integration.title}`}>
              <Info className="size-4" aria-hidden />
            </IconButton>
          }
        >
          <ul className="grid gap-1.5">
            {integration.features.map((feature) => (
              <li key={feature.name} className="flex items-center gap-2">
                {feature.supported ? (
                  <Check className="size-4 text-good" aria-label="Yes:" />
                ) : (
                  <X className="size-4 text-faint" aria-label="No:" />
                )}
                <span className={feature.supported ? undefined : 'text-muted'}>{feature.name}</span>
              </li>
            ))}
          </ul>
        </Popover>
      </div>
    </div>
  )
}
