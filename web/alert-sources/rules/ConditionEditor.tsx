import { type ReactNode, useId, useState } from 'react'
import type { KnownField } from '../../../server/alert-sources/rules/schema.ts'
import { Button } from '../../components/Button.tsx'
import { groupsOfText, textOfGroups } from './condition-groups.ts'
import { GroupBuilder } from './GroupBuilder.tsx'
import { RuleEditor } from './RuleEditor.tsx'

type Props = {
  label: string
  hint?: ReactNode
  value: string
  onChange: (value: string) => void
  fields: readonly KnownField[]
  error: string | undefined
  placeholder?: string
  rows?: 1 | 2
}

/** A condition as groups of lines, or as text; both are the same condition, where the forms can say it. */
export function ConditionEditor({ label, hint, value, onChange, fields, error, placeholder, rows = 1 }: Props) {
  const [wantsForms, setWantsForms] = useState(false)
  const groups = groupsOfText(value)
  const id = useId()
  const showsForms = wantsForms && groups !== null
  return (
    <div className="grid gap-2">
      {showsForms ? (
        <fieldset className="grid gap-2" aria-describedby={hint ? `${id}-hint` : undefined}>
          <legend className="mb-1.5 text-sm font-medium">{label}</legend>
          <GroupBuilder groups={groups} fields={fields} onChange={(changed) => onChange(textOfGroups(changed))} />
          {error && <p className="text-xs text-danger">{error}</p>}
          {hint && (
            <p id={`${id}-hint`} className="text-xs text-muted">
              {hint}
            </p>
          )}
        </fieldset>
      ) : (
        <RuleEditor
          label={label}
          hint={hint}
          language="condition"
          rows={rows}
          {...(placeholder ? { placeholder } : {})}
          value={value}
          onChange={onChange}
          fields={fields}
          error={error}
        />
      )}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button
          size="sm"
          tone="quiet"
          disabled={!showsForms && groups === null}
          onClick={() => setWantsForms(!showsForms)}
        >
          {showsForms ? 'Write it as text' : 'Put it together with forms'}
        </Button>
        {groups === null && !error && (
          <p className="text-xs text-muted">This says more than the forms can: it stays a text.</p>
        )}
      </div>
    </div>
  )
}
