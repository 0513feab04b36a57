// Before these a slash begins a regular expression, not a division.
const REGEX_COMES_AFTER = /(^|[=(,:[!&|?{};+\-*<>~^%]|=>|\b(return|typeof|case|in|of|await|yield))\s*$/

/**
 * The source twice, with every character in its place: once only the code, once only what stands in strings.
 * Comments are in neither, so that a word in prose breaks no law.
 * @param {string} source
 * @returns {{ code: string, strings: string }}
 */
export function splitSource(source) {
  const code = [...source].map((it) => (it === '\n' ? '\n' : ' '))
  const strings = [...code]
  const text = [...source]
  /** Depth of braces inside each open `${`. */
  const templates = []
  let at = 0

  const copy = (to, count = 1) => {
    for (let i = 0; i < count && at < text.length; i++, at++) to[at] = text[at]
  }
  const skipUntil = (isEnd) => {
    while (at < text.length && !isEnd()) at++
  }
  const copyString = (quote) => {
    copy(code)
    while (at < text.length && text[at] !== quote && text[at] !== '\n') copy(strings, text[at] === '\\' ? 2 : 1)
    copy(code)
  }
  const copyTemplate = () => {
    while (at < text.length) {
      if (text[at] === '`') return copy(code)
      if (text[at] === '$' && text[at + 1] === '{') {
        templates.push(0)
        return copy(code, 2)
      }
      copy(strings, text[at] === '\\' ? 2 : 1)
    }
  }
  const copyRegex = () => {
    let isInClass = false
    copy(code)
    while (at < text.length && text[at] !== '\n' && (isInClass || text[at] !== '/')) {
      if (text[at] === '[') isInClass = true
      if (text[at] === ']') isInClass = false
      at += text[at] === '\\' ? 2 : 1
    }
    copy(code)
  }

  while (at < text.length) {
    const char = text[at]
    const next = text[at + 1]
    if (char === '/' && next === '/') skipUntil(() => text[at] === '\n')
    else if (char === '/' && next === '*') {
      at += 2
      skipUntil(() => text[at] === '*' && text[at + 1] === '/')
      at += 2
    } else if (char === "'" || char === '"') copyString(char)
    else if (char === '`') {
      copy(code)
      copyTemplate()
    } else if (char === '/' && REGEX_COMES_AFTER.test(code.slice(Math.max(0, at - 30), at).join(''))) copyRegex()
    else if (char === '}' && templates.at(-1) === 0) {
      templates.pop()
      copy(code)
      copyTemplate()
    } else {
      const depth = templates.length - 1
      if (depth >= 0 && char === '{') templates[depth] += 1
      if (depth >= 0 && char === '}') templates[depth] -= 1
      copy(code)
    }
  }
  return { code: code.join(''), strings: strings.join('') }
}

/**
 * @param {string} text
 * @param {number} index
 * @returns {number} the line the character stands on
 */
export function lineAt(text, index) {
  return text.slice(0, index).split('\n').length
}
