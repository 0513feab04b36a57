// Tests of the tests: makes known mistakes in a copy of the sources, one after the other, and sees whether our tests notice.
import { parseArgs } from 'node:util'
import { printReason, StopSentence } from '../../tools/setup/stop-sentence.mjs'
import type { Catcher, SeededBug } from './bug.ts'
import { bugs, waiting } from './bugs.ts'
import { type Run, resultOf, runTests } from './vitest-run.ts'
import { openWorkshop, type Workshop } from './workshop.ts'

const INTERRUPTED = 130
const NAME_WIDTH = 2 + Math.max(...[...bugs, ...waiting].map(({ name }) => name.length))
const PLACE_WIDTH = 2 + Math.max(...bugs.map(({ caughtBy }) => placeOf(caughtBy).length))
const SECONDS_WIDTH = 7
/** What a bug that is itself written wrong leads to. */
const MISSPELT = /^(ReferenceError|SyntaxError|TypeError)/

/** Every test that is to catch something passes while nothing is there to be caught; throws a sentence otherwise. */
async function requireSoundTests(workshop: Workshop, chosen: readonly SeededBug[], signal: AbortSignal): Promise<void> {
  for (const catchers of Map.groupBy(
    chosen.map(({ caughtBy }) => caughtBy),
    ({ kind }) => kind,
  ).values()) {
    const run = await runTests(workshop, catchers, signal)
    for (const catcher of catchers) {
      if (resultOf(run, catcher)?.isPassed) continue
      throw new StopSentence(`Without any bug this test does not pass: ${named(catcher)}`, { details: detailsOf(run) })
    }
  }
}

interface Finding {
  isCaught: boolean
  why: string
}

/** Whether the test notices the bug, and what it says then. */
async function tryOut(workshop: Workshop, bug: SeededBug, signal: AbortSignal): Promise<Finding> {
  const run = await workshop.withEdits(bug.edits, () => runTests(workshop, [bug.caughtBy], signal))
  const result = resultOf(run, bug.caughtBy)
  if (!result) return { isCaught: false, why: `The test could not run:\n${detailsOf(run)}` }
  if (result.isPassed) return { isCaught: false, why: 'The test passed.' }
  if (result.messages.some((message) => MISSPELT.test(message)))
    return { isCaught: false, why: `The bug itself is written wrong:\n${detailsOf(run)}` }
  return { isCaught: true, why: result.messages[0]?.split('\n')[0] ?? 'It failed.' }
}

function detailsOf(run: Run): string {
  return [...run.results.flatMap(({ messages }) => messages), ...run.troubles, run.output].join('\n').trim()
}

function placeOf({ kind, file }: Catcher): string {
  return `${kind} ${file}`
}

function named(catcher: Catcher): string {
  return `${placeOf(catcher)}: ${catcher.title}`
}

function print(name: string, caughtBy: string, seconds: string): void {
  console.log(`${name.padEnd(NAME_WIDTH)}${caughtBy.padEnd(PLACE_WIDTH)}${seconds.padStart(SECONDS_WIDTH)}`)
}

async function play(chosen: readonly SeededBug[], tellWhy: boolean, signal: AbortSignal): Promise<boolean> {
  const workshop = openWorkshop()
  try {
    await requireSoundTests(workshop, chosen, signal)
    print('bug', 'caught by', 'seconds')
    let caught = 0
    for (const bug of chosen) {
      const began = performance.now()
      const { isCaught, why } = await tryOut(workshop, bug, signal)
      const seconds = ((performance.now() - began) / 1_000).toFixed(1)
      if (isCaught) caught += 1
      print(bug.name, isCaught ? placeOf(bug.caughtBy) : 'NOT CAUGHT', seconds)
      if (tellWhy || !isCaught) console.log(`  ${named(bug.caughtBy)}\n  ${why}`)
    }
    if (chosen.length === bugs.length) for (const bug of waiting) print(bug.name, `waits for ${bug.waitsFor}`, '')
    console.log(`\n${caught} of ${chosen.length} caught`)
    return caught === chosen.length
  } finally {
    workshop.remove()
  }
}

function choose(names: readonly string[]): SeededBug[] {
  const unknown = names.filter((name) => !bugs.some((bug) => bug.name === name))
  if (unknown.length > 0)
    throw new StopSentence(
      `There is no bug ${unknown.join(', ')} to make. There are: ${bugs.map(({ name }) => name).join(', ')}.`,
    )
  return bugs.filter(({ name }) => names.length === 0 || names.includes(name))
}

function help(): string {
  return [
    'npm run seeded-bugs [-- NAME… --why]',
    '',
    'Makes known mistakes in a copy of the sources, one after the other, and runs the test that must notice each.',
    '--why tells how each test noticed.',
    '',
    ...bugs.map(({ name, summary }) => `  ${name.padEnd(NAME_WIDTH)}${summary}`),
    ...waiting.map(({ name, summary, waitsFor }) => `  ${name.padEnd(NAME_WIDTH)}${summary} (waits for ${waitsFor})`),
  ].join('\n')
}

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { why: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) console.log(help())
  else process.exitCode = (await play(choose(positionals), values.why, stopping.signal)) ? 0 : 1
} catch (cause) {
  if (!stopping.signal.aborted) printReason(cause)
  process.exitCode = stopping.signal.aborted ? INTERRUPTED : 1
}
