import { useState } from 'react'
import type { AlertSource, Integration } from '../../../server/alert-sources/schema.ts'
import { Badge } from '../../components/Badge.tsx'
import { Select } from '../../components/Select.tsx'
import { OptionsForm } from './OptionsForm.tsx'
import {
  differing,
  EFFECTS,
  type Effect,
  ownTable,
  type RecordKind,
  statusLabel,
  type Table,
  usualTables,
} from './options.ts'

type Props = { source: AlertSource; integration: Integration }

/** What each status of a record means for its alert, row by row. */
export function StatusTable({ source, integration }: Props) {
  const usual = usualTables(integration)
  const settings = source.integrationSettings
  const [tables, setTables] = useState<Record<RecordKind, Table>>({
    request: { ...usual.request, ...ownTable(settings, 'request') },
    problem: { ...usual.problem, ...ownTable(settings, 'problem') },
  })
  const change = (kind: RecordKind, status: string, effect: Effect) =>
    setTables((before) => ({ ...before, [kind]: { ...before[kind], [status]: effect } }))
  return (
    <OptionsForm
      source={source}
      title="Status table"
      hint="What a status in 4me means for the alert. Changed rows are marked."
      settings={() => ({
        statusMap: {
          request: differing(usual.request, tables.request),
          problem: differing(usual.problem, tables.problem),
        },
      })}
    >
      <div className="grid gap-6">
        {(['request', 'problem'] as const).map((kind) => (
          <StatusList
            key={kind}
            kind={kind}
            usual={usual[kind]}
            table={tables[kind]}
            onChange={(status, effect) => change(kind, status, effect)}
          />
        ))}
      </div>
    </OptionsForm>
  )
}

type ListProps = {
  kind: RecordKind
  usual: Table
  table: Table
  onChange: (status: string, effect: Effect) => void
}

function StatusList({ kind, usual, table, onChange }: ListProps) {
  const title = kind === 'request' ? 'Requests' : 'Problems'
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 text-sm font-medium">{title}</legend>
      <ul className="divide-y rounded-lg border">
        {Object.entries(table).map(([status, effect]) => (
          <li key={status} className="flex items-center justify-between gap-2 py-1 ps-3 pe-1.5">
            <span className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-sm">
              {statusLabel(status)}
              {usual[status] !== effect && <Badge>Changed</Badge>}
            </span>
            <div className="w-36 shrink-0 sm:w-44">
              <Select
                compact
                aria-label={`${title}: ${statusLabel(status)}`}
                value={effect}
                onChange={(event) => onChange(status, event.target.value as Effect)}
              >
                {EFFECTS.map((one) => (
                  <option key={one.value} value={one.value}>
                    {one.label}
                  </option>
                ))}
              </Select>
            </div>
          </li>
        ))}
      </ul>
    </fieldset>
  )
}
