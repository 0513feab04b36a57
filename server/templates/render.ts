import { type TextError, TextStop, textError, WorkBudget } from '../runtime/text-error.ts'
import { templateFunctions } from './functions.ts'
import { OUTPUT_LENGTH_MAX, type Path, RENDER_WORK_MAX, type Template, type TemplateNode } from './tree.ts'
import { ownValue, textOf, valueAt } from './values.ts'

export type Rendered = { ok: true; text: string } | { ok: false; error: TextError }

/**
 * Fills a template with data. Pure; never throws: what goes beyond a limit is an error with its place in `source`.
 * Templates of one event may share a budget.
 */
export function renderTemplate(
  template: Template,
  data: unknown,
  source: string,
  budget = new WorkBudget(RENDER_WORK_MAX),
): Rendered {
  try {
    const renderer = new Renderer(data, budget)
    renderer.write(template.nodes, [data])
    return { ok: true, text: renderer.text() }
  } catch (cause) {
    const offset = cause instanceof TextStop ? cause.offset : 0
    const message = cause instanceof TextStop ? cause.message : 'It cannot be worked out.'
    return { ok: false, error: textError(source, offset, message) }
  }
}

class Renderer {
  readonly #data: unknown
  readonly #budget: WorkBudget
  readonly #parts: string[] = []
  #length = 0

  constructor(data: unknown, budget: WorkBudget) {
    this.#data = data
    this.#budget = budget
  }

  text(): string {
    return this.#parts.join('')
  }

  /** `scopes`: the data, and the current element of each section around. */
  write(nodes: readonly TemplateNode[], scopes: readonly unknown[]): void {
    for (const node of nodes) {
      if (node.kind === 'text') this.#add(node.text, 0)
      else if (node.kind === 'value') this.#add(this.#value(node, scopes), node.offset)
      else this.#section(node, scopes)
    }
  }

  #add(text: string, offset: number): void {
    this.#budget.spendOnText(text, offset)
    this.#length += text.length
    if (this.#length > OUTPUT_LENGTH_MAX)
      throw new TextStop(`The text becomes longer than ${OUTPUT_LENGTH_MAX} characters.`, offset)
    this.#parts.push(text)
  }

  #value(node: TemplateNode & { kind: 'value' }, scopes: readonly unknown[]): string {
    this.#budget.spend(1 + node.path.keys.length, node.offset)
    if (node.calls.length === 0) return textOf(this.#find(node.path, scopes))
    // Functions read absolute paths first, as ilert's do; where there is nothing, the element of the loop.
    const absolute = node.path.isOwn ? undefined : valueAt(this.#data, node.path.keys)
    let value = absolute === undefined ? this.#find(node.path, scopes) : absolute
    for (const call of node.calls) value = templateFunctions.get(call.name)?.apply(value, call, this.#budget)
    return textOf(value)
  }

  #section(node: TemplateNode & { kind: 'section' }, scopes: readonly unknown[]): void {
    this.#budget.spend(1 + node.path.keys.length, node.offset)
    const value = this.#find(node.path, scopes)
    if (node.isInverted) {
      if (isNothing(value)) this.write(node.nodes, scopes)
      return
    }
    if (isNothing(value)) return
    for (const element of Array.isArray(value) ? value : [value]) {
      this.#budget.spend(1, node.offset)
      this.write(node.nodes, [...scopes, element])
    }
  }

  /** The innermost element that has the first name of the path decides, as in Mustache. */
  #find(path: Path, scopes: readonly unknown[]): unknown {
    const current = scopes.at(-1)
    if (path.isOwn) return valueAt(current, path.keys)
    const [first = ''] = path.keys
    for (let depth = scopes.length - 1; depth >= 0; depth -= 1) {
      if (ownValue(scopes[depth], first) !== undefined) return valueAt(scopes[depth], path.keys)
    }
    return undefined
  }
}

/** False, missing, or with nothing in it. */
function isNothing(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === false ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  )
}
