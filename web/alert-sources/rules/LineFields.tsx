import type { KnownField } from '../../../server/alert-sources/rules/schema.ts'
import { useSchedules, useSupportHours } from '../../api/schedules.ts'
import { Select } from '../../components/Select.tsx'
import { TextInput } from '../../components/TextInput.tsx'
import { type Comparison, comparisons, freshLine, type Line } from './condition-groups.ts'

const COUNT = 'count'
const HOURS = 'SUPPORT_HOUR'
const DUTY = 'ON_CALL_SCHEDULE'

type Props<Kind extends Line['kind'] = Line['kind']> = {
  line: Line & { kind: Kind }
  /** Which group and line it is, for screen readers. */
  name: string
  onChange: (line: Line) => void
}

/** One line: what is looked at, how, and with what it is compared. */
export function LineFields({ line, name, fields, onChange }: Props & { fields: readonly KnownField[] }) {
  const hours = useSupportHours().data ?? []
  const schedules = useSchedules().data ?? []
  const choose = (value: string) => {
    if (value === COUNT) return onChange({ kind: 'count', within: '10m', resets: false, limit: '3' })
    if (value === HOURS || value === DUTY) {
      const [first] = value === HOURS ? hours : schedules
      if (first) onChange({ kind: 'place', type: value, id: first.id, isInside: true })
      return
    }
    onChange(line.kind === 'field' ? { ...line, path: value } : { ...freshLine, path: value })
  }
  const chosen = line.kind === 'field' ? line.path : line.kind === 'count' ? COUNT : line.type
  const isKnown = fields.some((field) => field.condition === chosen)
  return (
    <div className="grid min-w-0 gap-2 sm:grid-cols-2 *:first:col-span-full">
      <Select aria-label={`What is looked at, ${name}`} value={chosen} onChange={(event) => choose(event.target.value)}>
        {line.kind === 'field' && !isKnown && <option value={chosen}>{shownPath(chosen)}</option>}
        <optgroup label="Every event">{fields.filter((field) => field.isPreset).map(fieldOption)}</optgroup>
        <optgroup label="Seen in deliveries">{fields.filter((field) => !field.isPreset).map(fieldOption)}</optgroup>
        <optgroup label="Time and number">
          <option value={COUNT}>How often it came</option>
          {(hours.length > 0 || chosen === HOURS) && <option value={HOURS}>Support hours</option>}
          {(schedules.length > 0 || chosen === DUTY) && <option value={DUTY}>On-call schedule</option>}
        </optgroup>
      </Select>
      {line.kind === 'field' && <FieldLine line={line} name={name} onChange={onChange} />}
      {line.kind === 'count' && <CountLine line={line} name={name} onChange={onChange} />}
      {line.kind === 'place' && (
        <PlaceLine line={line} name={name} places={line.type === HOURS ? hours : schedules} onChange={onChange} />
      )}
    </div>
  )
}

function FieldLine({ line, name, onChange }: Props<'field'>) {
  const needsValue = line.comparison !== 'is set' && line.comparison !== 'is not set'
  return (
    <>
      <Select
        aria-label={`How, ${name}`}
        value={line.comparison}
        onChange={(event) => {
          const comparison = event.target.value as Comparison
          onChange({ ...line, comparison, value: comparison.startsWith('is ') ? '' : line.value })
        }}
      >
        {Object.entries(comparisons).map(([comparison, words]) => (
          <option key={comparison} value={comparison}>
            {words}
          </option>
        ))}
      </Select>
      {needsValue && (
        <TextInput
          aria-label={`Value, ${name}`}
          value={line.value}
          onChange={(event) => onChange({ ...line, value: event.target.value })}
        />
      )}
    </>
  )
}

const WINDOWS: Record<string, string> = {
  '1m': 'a minute',
  '5m': '5 minutes',
  '10m': '10 minutes',
  '30m': '30 minutes',
  '1h': 'an hour',
  '1d': 'a day',
}
const LIMIT_DIGITS_MAX = 9

function CountLine({ line, name, onChange }: Props<'count'>) {
  return (
    <>
      <Select
        aria-label={`Within, ${name}`}
        value={line.within}
        onChange={(event) => onChange({ ...line, within: event.target.value })}
      >
        {!Object.hasOwn(WINDOWS, line.within) && <option value={line.within}>{`within ${line.within}`}</option>}
        {Object.entries(WINDOWS).map(([within, words]) => (
          <option key={within} value={within}>
            {`within ${words}`}
          </option>
        ))}
      </Select>
      <TextInput
        inputMode="numeric"
        aria-label={`At least so often, ${name}`}
        value={line.limit}
        onChange={(event) => {
          const digits = event.target.value.replace(/\D/g, '').slice(0, LIMIT_DIGITS_MAX)
          onChange({ ...line, limit: digits === '' ? '0' : String(Number(digits)) })
        }}
      />
    </>
  )
}

type PlaceProps = Props<'place'> & { places: readonly { id: number; name: string }[] }

function PlaceLine({ line, name, places, onChange }: PlaceProps) {
  return (
    <>
      <Select
        aria-label={`How, ${name}`}
        value={line.isInside ? 'inside' : 'outside'}
        onChange={(event) => onChange({ ...line, isInside: event.target.value === 'inside' })}
      >
        <option value="inside">{line.type === HOURS ? 'it is during' : 'somebody is on call on'}</option>
        <option value="outside">{line.type === HOURS ? 'it is outside of' : 'nobody is on call on'}</option>
      </Select>
      <Select
        aria-label={`Which, ${name}`}
        value={line.id}
        onChange={(event) => onChange({ ...line, id: Number(event.target.value) })}
      >
        {!places.some(({ id }) => id === line.id) && <option value={line.id}>{`Id ${line.id}`}</option>}
        {places.map((place) => (
          <option key={place.id} value={place.id}>
            {place.name}
          </option>
        ))}
      </Select>
    </>
  )
}

function fieldOption(field: KnownField) {
  return (
    <option key={field.condition} value={field.condition}>
      {shownPath(field.condition)}
    </option>
  )
}

/** A path without the root that all have. */
function shownPath(path: string): string {
  return path.replace(/^event\./, '')
}
