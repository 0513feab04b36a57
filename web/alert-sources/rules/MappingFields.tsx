import { Field } from '../../components/Field.tsx'
import { Select } from '../../components/Select.tsx'
import { TextInput } from '../../components/TextInput.tsx'
import { RowList } from './RowList.tsx'
import { RuleEditor } from './RuleEditor.tsx'
import { errorOf, LABELS_MAX, MAPPINGS_MAX, type RuleDraft } from './rule-draft.ts'
import type { RuleFieldsProps } from './TextFields.tsx'

const SEVERITIES = [1, 2, 3, 4, 5]
const FRESH_PRIORITY: RuleDraft['priorities'][number] = { value: '', priority: 'HIGH' }

/** How urgent the alert is: a value of the event, and what it stands for. */
export function PriorityMapping({ draft, change, fields, errors }: RuleFieldsProps) {
  return (
    <>
      <RuleEditor
        label="Value that decides the priority"
        hint="A value without a line below gets the source's own priority. An event that names its priority keeps it."
        language="template"
        placeholder="{{ labels.impact }}"
        value={draft.priority}
        onChange={(priority) => change({ priority })}
        fields={fields}
        error={errorOf(errors, 'priorityTemplate.valueTemplate.textTemplate')}
      />
      {draft.priority !== '' && (
        <RowList
          title="Priority lines"
          add="Add line"
          rows={draft.priorities}
          max={MAPPINGS_MAX}
          fresh={FRESH_PRIORITY}
          onChange={(priorities) => change({ priorities })}
        >
          {(line, changeLine, index) => (
            <div className="grid grid-cols-2 gap-2">
              <TextInput
                aria-label={`Value ${index + 1}`}
                placeholder="critical"
                value={line.value}
                onChange={(event) => changeLine({ value: event.target.value })}
              />
              <Select
                aria-label={`Priority ${index + 1}`}
                value={line.priority}
                onChange={(event) => changeLine({ priority: event.target.value === 'LOW' ? 'LOW' : 'HIGH' })}
              >
                <option value="HIGH">High</option>
                <option value="LOW">Low</option>
              </Select>
            </div>
          )}
        </RowList>
      )}
    </>
  )
}

/** How bad it is, 1 to 5. */
export function SeverityMapping({ draft, change, fields, errors }: RuleFieldsProps) {
  return (
    <>
      <RuleEditor
        label="Value that decides the severity"
        language="template"
        value={draft.severity}
        onChange={(severity) => change({ severity })}
        fields={fields}
        error={errorOf(errors, 'severityTemplate.valueTemplate.textTemplate')}
      />
      {draft.severity !== '' && (
        <RowList
          title="Severity lines"
          add="Add line"
          rows={draft.severities}
          max={MAPPINGS_MAX}
          fresh={{ value: '', severity: 1 }}
          onChange={(severities) => change({ severities })}
        >
          {(line, changeLine, index) => (
            <div className="grid grid-cols-2 gap-2">
              <TextInput
                aria-label={`Severity value ${index + 1}`}
                placeholder="critical"
                value={line.value}
                onChange={(event) => changeLine({ value: event.target.value })}
              />
              <Select
                aria-label={`Severity ${index + 1}`}
                value={line.severity}
                onChange={(event) => changeLine({ severity: Number(event.target.value) })}
              >
                {SEVERITIES.map((level) => (
                  <option key={level} value={level}>{`SEV${level}`}</option>
                ))}
              </Select>
            </div>
          )}
        </RowList>
      )}
      <Field label="Severity of events without one">
        {(control) => (
          <Select
            {...control}
            value={draft.defaultSeverity}
            onChange={(event) => change({ defaultSeverity: Number(event.target.value) })}
          >
            <option value={0}>None</option>
            {SEVERITIES.map((level) => (
              <option key={level} value={level}>{`SEV${level}`}</option>
            ))}
          </Select>
        )}
      </Field>
    </>
  )
}

/** Labels every alert of the source gets. */
export function LabelFields({ draft, change, fields, errors }: RuleFieldsProps) {
  return (
    <RowList
      title="Labels"
      add="Add label"
      rows={draft.labels}
      max={LABELS_MAX}
      fresh={{ name: '', value: '' }}
      onChange={(labels) => change({ labels })}
    >
      {(label, changeLabel, index) => (
        <div className="grid gap-2 sm:grid-cols-[10rem_minmax(0,1fr)]">
          <Field label={`Name of label ${index + 1}`}>
            {(control) => (
              <TextInput
                {...control}
                placeholder="host"
                maxLength={100}
                value={label.name}
                onChange={(event) => changeLabel({ name: event.target.value })}
              />
            )}
          </Field>
          <RuleEditor
            label={`Value of label ${index + 1}`}
            language="template"
            value={label.value}
            onChange={(value) => changeLabel({ value })}
            fields={fields}
            error={errorOf(errors, `labels.${label.name.trim()}`)}
          />
        </div>
      )}
    </RowList>
  )
}
