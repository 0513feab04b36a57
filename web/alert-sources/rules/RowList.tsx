import { Plus, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, IconButton } from '../../components/Button.tsx'

type Props<Row> = {
  title: string
  hint?: string
  add: string
  rows: readonly Row[]
  max: number
  fresh: Row
  onChange: (rows: Row[]) => void
  children: (row: Row, change: (changed: Partial<Row>) => void, index: number) => ReactNode
}

/** Rows of the same fields, that can be added and removed. */
export function RowList<Row extends object>({ title, hint, add, rows, max, fresh, onChange, children }: Props<Row>) {
  const changeAt = (index: number, changed: Partial<Row>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...changed } : row)))
  return (
    <fieldset className="grid gap-2.5">
      <legend className="mb-1 text-sm font-medium">{title}</legend>
      {hint && <p className="text-xs text-muted">{hint}</p>}
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no names of their own, and never change places
        <div key={index} className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2">
          <div className="grid min-w-0 gap-2">{children(row, (changed) => changeAt(index, changed), index)}</div>
          <IconButton
            label={`Remove ${title.toLowerCase()} ${index + 1}`}
            onClick={() => onChange(rows.filter((_, at) => at !== index))}
          >
            <Trash2 className="size-4" aria-hidden />
          </IconButton>
        </div>
      ))}
      {rows.length < max && (
        <Button size="sm" className="justify-self-start" onClick={() => onChange([...rows, fresh])}>
          <Plus className="size-3.5" aria-hidden />
          {add}
        </Button>
      )}
    </fieldset>
  )
}
