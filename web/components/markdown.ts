export type Inline =
  | { kind: 'text' | 'code' | 'strong' | 'em'; text: string }
  | { kind: 'link'; text: string; href: string }
export type Block =
  | { kind: 'heading'; level: number; inlines: Inline[] }
  | { kind: 'paragraph'; inlines: Inline[] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'code'; text: string }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] }

// Lengths are bounded, so that a text from outside cannot make the search slow.
const INLINE =
  /`([^`]{1,2000})`|\*\*([^*]{1,2000})\*\*|\*([^*]{1,2000})\*|(?<!\w)_([^_]{1,2000})_(?!\w)|\[([^\]]{1,500})\]\((https?:\/\/[^\s)]{1,2000}|\/[^\s)]{0,2000})\)/g
const ITEM = /^(\s*)(?:[-*]|(\d+)[.)])\s+(.*)$/

/** The few marks our own guides use; everything else stays text. */
export function parseInlines(text: string): Inline[] {
  const inlines: Inline[] = []
  let end = 0
  for (const match of text.matchAll(INLINE)) {
    if (match.index > end) inlines.push({ kind: 'text', text: text.slice(end, match.index) })
    const [whole, code, strong, star, underscore, label, href] = match
    const em = star ?? underscore
    if (code !== undefined) inlines.push({ kind: 'code', text: code })
    else if (strong !== undefined) inlines.push({ kind: 'strong', text: strong })
    else if (em !== undefined) inlines.push({ kind: 'em', text: em })
    else if (label !== undefined && href !== undefined) inlines.push({ kind: 'link', text: label, href })
    end = match.index + whole.length
  }
  if (end < text.length) inlines.push({ kind: 'text', text: text.slice(end) })
  return inlines
}

const cells = (line: string) =>
  line
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => parseInlines(cell.trim()))

/** A text as blocks: headings, paragraphs, lists, code, tables. With `breaks` the lines of a paragraph stay lines. */
export function parseMarkdown(source: string, breaks = false): Block[] {
  const blocks: Block[] = []
  const lines = source.split(/\r?\n/)
  let at = 0
  const line = () => lines[at] ?? ''
  const more = () => at < lines.length
  while (more()) {
    const heading = /^(#{1,6})\s+(.*)$/.exec(line())
    if (line().trim() === '') at += 1
    else if (line().startsWith('```')) {
      const start = at + 1
      at = start
      while (more() && !line().startsWith('```')) at += 1
      blocks.push({ kind: 'code', text: lines.slice(start, at).join('\n') })
      at += 1
    } else if (heading) {
      blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, inlines: parseInlines(heading[2] ?? '') })
      at += 1
    } else if (line().startsWith('|')) {
      const rows: Inline[][][] = []
      while (more() && line().startsWith('|')) {
        if (!/^\|[\s:|-]+\|?$/.test(line())) rows.push(cells(line()))
        at += 1
      }
      blocks.push({ kind: 'table', head: rows[0] ?? [], rows: rows.slice(1) })
    } else if (ITEM.test(line())) {
      const ordered = ITEM.exec(line())?.[2] !== undefined
      const items: string[] = []
      while (more() && line().trim() !== '') {
        const item = ITEM.exec(line())
        if (item) items.push(item[3] ?? '')
        else items[items.length - 1] += ` ${line().trim()}`
        at += 1
      }
      blocks.push({ kind: 'list', ordered, items: items.map(parseInlines) })
    } else {
      const start = at
      while (more() && line().trim() !== '' && !/^(#{1,6}\s|```|\|)/.test(line()) && !ITEM.test(line())) at += 1
      blocks.push({ kind: 'paragraph', inlines: parseInlines(lines.slice(start, at).join(breaks ? '\n' : ' ')) })
    }
  }
  return blocks
}
