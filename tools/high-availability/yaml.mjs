/**
 * A map as YAML, as far as a configuration needs it: maps in maps line by line, lists of what fits on a line.
 * @param {Record<string, unknown>} map
 * @param {string} [indent]
 * @returns {string}
 */
export function toYaml(map, indent = '') {
  return Object.entries(map)
    .map(([key, value]) => {
      if (Array.isArray(value))
        return `${indent}${key}:\n${value.map((one) => `${indent}  - ${inline(one)}\n`).join('')}`
      if (typeof value === 'object' && value !== null) return `${indent}${key}:\n${toYaml(value, `${indent}  `)}`
      return `${indent}${key}: ${inline(value)}\n`
    })
    .join('')
}

// JSON is YAML too, and a text in double quotes can never be read as a number or as `no`.
function inline(value) {
  const text = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`${String(value)} cannot be written as YAML.`)
  return text
}
