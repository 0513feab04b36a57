import type { KnownField, RuleError } from '../../../server/alert-sources/rules/schema.ts'
import { RowList } from './RowList.tsx'
import { RuleEditor } from './RuleEditor.tsx'
import { errorOf, LINKS_MAX, linkField, type RuleDraft } from './rule-draft.ts'

export type RuleFieldsProps = {
  draft: RuleDraft
  change: (changed: Partial<RuleDraft>) => void
  fields: readonly KnownField[]
  errors: readonly RuleError[]
}

/** What the alert says: summary, details and links. */
export function TextFields({ draft, change, fields, errors }: RuleFieldsProps) {
  return (
    <>
      <RuleEditor
        label="Summary"
        hint="The first line people read. Left empty, the integration writes it."
        language="template"
        placeholder="{{ summary }}"
        value={draft.summary}
        onChange={(summary) => change({ summary })}
        fields={fields}
        error={errorOf(errors, 'summaryTemplate.textTemplate')}
      />
      <RuleEditor
        label="Details"
        hint="Markdown. A section such as {{ #labels }} … {{ /labels }} shows only when there is something to show."
        language="template"
        rows={4}
        value={draft.details}
        onChange={(details) => change({ details })}
        fields={fields}
        error={errorOf(errors, 'detailsTemplate.textTemplate')}
      />
      <RowList
        title="Links"
        add="Add link"
        rows={draft.links}
        max={LINKS_MAX}
        fresh={{ href: '', text: '' }}
        onChange={(links) => change({ links })}
      >
        {(link, changeLink, index) => (
          <div className="grid gap-2 sm:grid-cols-2">
            <RuleEditor
              label={`Text of link ${index + 1}`}
              language="template"
              placeholder="Runbook"
              value={link.text}
              onChange={(text) => changeLink({ text })}
              fields={fields}
              error={errorOf(errors, linkField(draft.links, index, 'text'))}
            />
            <RuleEditor
              label={`Address of link ${index + 1}`}
              language="template"
              placeholder="https://wiki.example.com/{{ … }}"
              value={link.href}
              onChange={(href) => changeLink({ href })}
              fields={fields}
              error={errorOf(errors, linkField(draft.links, index, 'href'))}
            />
          </div>
        )}
      </RowList>
    </>
  )
}
