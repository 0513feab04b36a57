import { Plus, Trash2 } from 'lucide-react'
import type { KnownField } from '../../../server/alert-sources/rules/schema.ts'
import { Button, IconButton } from '../../components/Button.tsx'
import { freshLine, type Group } from './condition-groups.ts'
import { LineFields } from './LineFields.tsx'

type Props = { groups: readonly Group[]; fields: readonly KnownField[]; onChange: (groups: Group[]) => void }

/** Groups of lines: within a group all hold, of the groups one is enough. */
export function GroupBuilder({ groups, fields, onChange }: Props) {
  const put = (index: number, group: Group) =>
    onChange(groups.map((one, at) => (at === index ? group : one)).filter((one) => one.length > 0))
  return (
    <div className="grid gap-2">
      {groups.map((group, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: groups have no names of their own, and never change places
        <div key={index} className="grid gap-2">
          {index > 0 && <p className="text-center text-xs font-medium text-muted">or</p>}
          <fieldset className="grid gap-2 rounded-lg border bg-raised p-3">
            <legend className="sr-only">{`Group ${index + 1}`}</legend>
            {group.map((line, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have no names of their own, and never change places
              <div key={at} className="grid gap-2">
                {at > 0 && <p className="text-xs text-muted">and</p>}
                <div className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2">
                  <LineFields
                    line={line}
                    name={`${index + 1}.${at + 1}`}
                    fields={fields}
                    onChange={(changed) =>
                      put(
                        index,
                        group.map((one, other) => (other === at ? changed : one)),
                      )
                    }
                  />
                  <IconButton
                    label={`Remove line ${index + 1}.${at + 1}`}
                    onClick={() =>
                      put(
                        index,
                        group.filter((_, other) => other !== at),
                      )
                    }
                  >
                    <Trash2 className="size-4" aria-hidden />
                  </IconButton>
                </div>
              </div>
            ))}
            <Button
              size="sm"
              tone="quiet"
              className="justify-self-start"
              onClick={() => put(index, [...group, freshLine])}
            >
              <Plus className="size-3.5" aria-hidden />
              And
            </Button>
          </fieldset>
        </div>
      ))}
      <Button size="sm" className="justify-self-start" onClick={() => onChange([...groups, [freshLine]])}>
        <Plus className="size-3.5" aria-hidden />
        {groups.length === 0 ? 'Add a condition' : 'Or'}
      </Button>
    </div>
  )
}
