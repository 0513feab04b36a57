export type SchemaField = {
  name: string
  title: string
  description: string
  kind: 'text' | 'secret' | 'select' | 'switch' | 'number'
  options: { value: string; label: string }[]
  placeholder: string
  required: boolean
  showWhen: { field: string; equals: unknown } | null
}

export type SchemaValues = Record<string, string | boolean>

type Property = Record<string, unknown>

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const record = (value: unknown): Property => (typeof value === 'object' && value !== null ? (value as Property) : {})

/** The fields that a settings schema asks for, in its order. */
export function fieldsOfSchema(schema: Property): SchemaField[] {
  const required = Array.isArray(schema.required) ? schema.required : []
  const properties = Object.entries(record(schema.properties)).map(([name, value]) => [name, record(value)] as const)
  return properties.flatMap(([name, property]) => {
    // It has a page of its own.
    if (property['x-own-page'] === true) return []
    const labels = record(property['x-enum-labels'])
    const values = Array.isArray(property.enum) ? property.enum.map(String) : []
    return {
      name,
      title: text(property.title) || name,
      description: text(property.description),
      kind: kindOf(property),
      options: values.map((one) => ({ value: one, label: text(labels[one]) || one })),
      placeholder: text(property['x-placeholder']),
      required: required.includes(name),
      showWhen: showWhenOf(property['x-show-when']),
    }
  })
}

function kindOf(property: Property): SchemaField['kind'] {
  if (property.writeOnly === true) return 'secret'
  if (Array.isArray(property.enum)) return 'select'
  if (property.type === 'boolean') return 'switch'
  if (property.type === 'number' || property.type === 'integer') return 'number'
  return 'text'
}

function showWhenOf(value: unknown): SchemaField['showWhen'] {
  const rule = record(value)
  return typeof rule.field === 'string' ? { field: rule.field, equals: rule.equals } : null
}

/** Whether a field is shown while the others have these values. */
export function isShown(field: SchemaField, values: SchemaValues): boolean {
  if (!field.showWhen) return true
  const { equals } = field.showWhen
  const value = values[field.showWhen.field]
  return Array.isArray(equals) ? equals.includes(value) : value === equals
}

/** What the form begins with: what is saved, and nothing where a secret is. */
export function initialValues(fields: readonly SchemaField[], saved: Record<string, unknown>): SchemaValues {
  return Object.fromEntries(
    fields.map((field) => {
      const value = saved[field.name]
      if (field.kind === 'switch') return [field.name, value === true]
      if (field.kind === 'secret' || value === null || value === undefined) return [field.name, '']
      return [field.name, String(value)]
    }),
  )
}

/** What is sent: shown fields only; an empty secret keeps the saved one. */
export function settingsToSend(fields: readonly SchemaField[], values: SchemaValues): Record<string, unknown> {
  const settings: Record<string, unknown> = {}
  for (const field of fields) {
    if (!isShown(field, values)) continue
    const value = values[field.name] ?? ''
    if (typeof value === 'boolean') settings[field.name] = value
    else if (value.trim() !== '') settings[field.name] = field.kind === 'number' ? Number(value) : value.trim()
    else if (field.kind !== 'secret') settings[field.name] = field.required ? '' : null
  }
  return settings
}
