import { type Block, type Inline, parseMarkdown } from './markdown.ts'

type Props = {
  source: string
  /** True for a text of somebody else: its lines stay lines, and it links only to the web. */
  isOutside?: boolean
}

/** A text drawn from its Markdown; no HTML passes. */
export function Markdown({ source, isOutside = false }: Props) {
  const blocks = parseMarkdown(source, isOutside)
  return (
    <div
      className={
        isOutside
          ? 'grid min-w-0 gap-3 text-sm wrap-anywhere whitespace-pre-line text-text'
          : 'grid gap-3 text-sm text-muted'
      }
    >
      {(isOutside ? blocks.map(withoutOwnLinks) : blocks).map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change under us
        <BlockView key={index} block={block} />
      ))}
    </div>
  )
}

/** Somebody else's text must not look like a way through our own pages. */
function withoutOwnLinks(block: Block): Block {
  const plain = (inlines: readonly Inline[]) =>
    inlines.map((inline): Inline => {
      const isOwn = inline.kind === 'link' && !/^https?:/.test(inline.href)
      return isOwn ? { kind: 'text', text: inline.text } : inline
    })
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return { ...block, inlines: plain(block.inlines) }
    case 'list':
      return { ...block, items: block.items.map(plain) }
    case 'table':
      return { ...block, head: block.head.map(plain), rows: block.rows.map((row) => row.map(plain)) }
    case 'code':
      return block
  }
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case 'heading':
      return block.level <= 2 ? (
        <h3 className="mt-1 font-semibold text-text">
          <Inlines of={block.inlines} />
        </h3>
      ) : (
        <h4 className="mt-1 font-medium text-text">
          <Inlines of={block.inlines} />
        </h4>
      )
    case 'paragraph':
      return (
        <p>
          <Inlines of={block.inlines} />
        </p>
      )
    case 'code':
      return <pre className="overflow-x-auto rounded-md bg-sunken p-2.5 font-mono text-xs text-text">{block.text}</pre>
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul'
      return (
        <List className={`grid gap-1.5 ps-5 ${block.ordered ? 'list-decimal' : 'list-disc'}`}>
          {block.items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change under us
            <li key={index}>
              <Inlines of={item} />
            </li>
          ))}
        </List>
      )
    }
    case 'table':
      return <TableView block={block} />
  }
}

function TableView({ block }: { block: Extract<Block, { kind: 'table' }> }) {
  return (
    <table className="w-full text-start text-xs">
      <thead>
        <tr className="border-b text-text">
          {block.head.map((cell, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change under us
            <th key={index} className="py-1.5 pe-3 text-start font-medium">
              <Inlines of={cell} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {block.rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change under us
          <tr key={index} className="border-b align-top">
            {row.map((cell, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change under us
              <td key={column} className="py-1.5 pe-3">
                <Inlines of={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Inlines({ of }: { of: readonly Inline[] }) {
  return of.map((inline, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change under us
    return <InlineView key={index} inline={inline} />
  })
}

function InlineView({ inline }: { inline: Inline }) {
  switch (inline.kind) {
    case 'code':
      return <code className="rounded-sm bg-sunken px-1 font-mono text-xs wrap-anywhere text-text">{inline.text}</code>
    case 'strong':
      return <strong className="font-semibold text-text">{inline.text}</strong>
    case 'em':
      return <em className="text-text italic">{inline.text}</em>
    case 'link':
      return (
        <a
          href={inline.href}
          target="_blank"
          rel="noopener noreferrer"
          className="text-accent underline underline-offset-2"
        >
          {inline.text}
        </a>
      )
    default:
      return inline.text
  }
}
