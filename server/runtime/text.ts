const CONTROLS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu
const CONTROLS_IN_TEXT = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

/** Outside text as one bounded line: no line breaks, no terminal or direction marks. */
export function oneLine(text: string, lengthMax: number): string {
  return cut(text.replace(CONTROLS, ' ').replace(/\s+/g, ' ').trim(), lengthMax)
}

/** Outside text with its line breaks, bounded. */
export function plainText(text: string, lengthMax: number): string {
  return cut(
    text
      .replace(/\r\n?|[\u2028\u2029]/g, '\n')
      .replace(CONTROLS_IN_TEXT, '')
      .trim(),
    lengthMax,
  )
}

function cut(text: string, lengthMax: number): string {
  return text.length <= lengthMax
    ? text
    : `${text
        .slice(0, lengthMax - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, '')}…`
}
