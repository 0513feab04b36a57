import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { killTree } from '../faults/processes.ts'
import type { Catcher } from './bug.ts'
import type { Workshop } from './workshop.ts'

export interface TestResult {
  title: string
  file: string
  isPassed: boolean
  /** Why it failed; empty when it passed. */
  messages: string[]
}

export interface Run {
  results: TestResult[]
  /** Why files of tests could not even be read. */
  troubles: string[]
  /** What vitest wrote, for when a test is not among the results. */
  output: string
}

const RUN_MS_MAX = 180_000
const OUTPUT_CHARACTERS_MAX = 4_000

/** Runs these tests of one kind, and no other, in the workshop. Aborting ends all that was started. */
export async function runTests(workshop: Workshop, catchers: readonly Catcher[], signal: AbortSignal): Promise<Run> {
  const [first] = catchers
  if (!first || catchers.some(({ kind }) => kind !== first.kind)) throw new Error('Tests of one kind run together.')
  const report = path.join(workshop.temporary, 'report.json')
  fs.rmSync(report, { force: true })
  const output = await vitest(
    workshop,
    [
      ...['--project', first.kind],
      ...['--reporter', 'json', '--outputFile', report],
      ...['--testNamePattern', catchers.map(({ title }) => `${escaped(title)}$`).join('|')],
      ...new Set(catchers.map(({ file }) => file)),
    ],
    signal,
  )
  signal.throwIfAborted()
  return { ...(fs.existsSync(report) ? readReport(report, workshop.folder) : { results: [], troubles: [] }), output }
}

function vitest(workshop: Workshop, words: string[], signal: AbortSignal): Promise<string> {
  const child = spawn(process.execPath, [path.join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...words], {
    cwd: workshop.folder,
    env: { ...process.env, TMPDIR: workshop.temporary, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-OUTPUT_CHARACTERS_MAX)
    })
  }
  return new Promise((resolve, reject) => {
    const end = () => void killTree(child.pid ?? null, workshop.folder).catch(reject)
    const timer = setTimeout(() => {
      output += `\nIt was ended after ${RUN_MS_MAX / 1_000} s.`
      end()
    }, RUN_MS_MAX)
    signal.addEventListener('abort', end, { once: true })
    child.once('error', reject)
    child.once('close', () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve(output)
    })
  })
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}

interface Report {
  testResults: {
    name: string
    message?: string
    assertionResults: { title: string; status: string; failureMessages?: string[] | null }[]
  }[]
}

function readReport(file: string, folder: string): Pick<Run, 'results' | 'troubles'> {
  const { testResults } = JSON.parse(fs.readFileSync(file, 'utf8')) as Report
  const results = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'passed' || status === 'failed')
      .map(({ title, status, failureMessages }) => ({
        title,
        file: path.relative(fs.realpathSync(folder), fs.realpathSync(name)),
        isPassed: status === 'passed',
        messages: failureMessages ?? [],
      })),
  )
  return { results, troubles: testResults.flatMap(({ message }) => message || []) }
}

/** What became of one test; null when it did not run. */
export function resultOf(run: Run, catcher: Catcher): TestResult | null {
  return run.results.find(({ file, title }) => file === catcher.file && title === catcher.title) ?? null
}
