import type { Mistake } from '../ticket-input.ts'
import { type Content, Html, html } from './html.ts'

export type Option = [value: string, label: string]

export interface Field {
  label: string
  name: string
  /** Its place on the page, when another form there has a field of the same name. */
  id?: string
  value?: string | null
  required?: boolean
  hint?: string
  errors?: readonly Mistake[]
  /** The field's name in a mistake, when it differs. */
  errorName?: string
}

/** A line of text. */
export function textField(field: Field & { placeholder?: string; maxLength?: number }): Html {
  return row(
    field,
    html`<input id="${idOf(field)}" name="${field.name}" value="${field.value ?? ''}" autocomplete="off" placeholder="${field.placeholder ?? ''}" maxlength="${field.maxLength ?? 1024}"${attributes(field)}>`,
  )
}

/** Several lines of text. */
export function textArea(field: Field & { rows?: number }): Html {
  return row(
    field,
    html`<textarea id="${idOf(field)}" name="${field.name}" rows="${field.rows ?? 4}"${attributes(field)}>${field.value ?? ''}</textarea>`,
  )
}

/** A choice of one. */
export function selectField(field: Field & { options: Option[]; blank?: string }): Html {
  return row(
    field,
    html`<select id="${idOf(field)}" name="${field.name}"${attributes(field)}>${
      field.blank !== undefined && html`<option value="">${field.blank}</option>`
    }${field.options.map(
      ([value, label]) =>
        html`<option value="${value}"${new Html(value === field.value ? ' selected' : '')}>${label}</option>`,
    )}</select>`,
  )
}

/** A box to tick. */
export function checkField(field: Field & { checked: boolean }): Html {
  return html`<div class="field check"><input type="checkbox" id="${idOf(field)}" name="${field.name}" value="1"${new Html(field.checked ? ' checked' : '')}><label for="${idOf(field)}">${field.label}</label>${
    field.hint !== undefined && html`<p class="hint">${field.hint}</p>`
  }</div>`
}

/** What was wrong with a form, above it. */
export function errorBox(errors: readonly Mistake[]): Content {
  if (errors.length === 0) return ''
  return html`<div class="box error" role="alert"><p>Please correct the following:</p><ul>${errors.map(([, text]) => html`<li>${text}</li>`)}</ul></div>`
}

function row(field: Field, control: Html): Html {
  const error = errorOf(field)
  return html`<div class="field"><label for="${idOf(field)}">${field.label}${field.required && html`<span class="must" aria-hidden="true"> *</span>`}</label>${control}${
    field.hint !== undefined && html`<p class="hint">${field.hint}</p>`
  }${error !== undefined && html`<p class="mistake" id="${idOf(field)}-mistake">${error}</p>`}</div>`
}

function idOf(field: Field): string {
  return field.id ?? field.name
}

function attributes(field: Field): Html {
  const must = field.required ? ' required' : ''
  return new Html(
    errorOf(field) === undefined ? must : `${must} aria-invalid="true" aria-describedby="${idOf(field)}-mistake"`,
  )
}

function errorOf(field: Field): string | undefined {
  const name = field.errorName ?? field.name.replace(/_id$/, '')
  return field.errors?.find(([one]) => one === name)?.[1]
}
