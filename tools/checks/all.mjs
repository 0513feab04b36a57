import { clockBan } from './clock-ban.mjs'
import { docsAreTrue } from './docs.mjs'
import { longFiles } from './file-length.mjs'
import { forbiddenNames } from './forbidden-names.mjs'
import { importLaw } from './imports.mjs'
import { program } from './program.mjs'

const DETAIL_LINES = 60

/** @type {{ name: string, run: () => string[] | Promise<string[]> }[]} */
const checks = [
  {
    name: 'format and lint',
    run: program('@biomejs/biome/bin/biome', 'check', '--colors=off', '--diagnostic-level=error'),
  },
  { name: 'types of the server', run: program('typescript/bin/tsc', '-p', 'tsconfig.server.json') },
  { name: 'types of the web app', run: program('typescript/bin/tsc', '-p', 'tsconfig.web.json') },
  { name: 'dead code', run: program('knip/bin/knip.js', '--no-progress') },
  { name: 'generated files', run: program('./tools/generate.ts', '--check') },
  { name: 'import law', run: importLaw },
  { name: 'names', run: () => forbiddenNames() },
  { name: 'clock', run: clockBan },
  { name: 'documents', run: docsAreTrue },
]

/** Runs every check at once and prints a line for each; returns how many passed and failed. */
export async function runChecks() {
  const results = await Promise.all(checks.map(runOne))
  for (const remark of longFiles()) console.log(`! ${remark}`)
  const failed = results.filter(({ problems }) => problems.length > 0)
  for (const { name, problems } of failed) console.log(`\n✗ ${name}\n${shortened(problems.join('\n'))}`)
  return { passed: results.length - failed.length, failed: failed.length }
}

async function runOne({ name, run }) {
  const began = performance.now()
  const problems = await Promise.resolve()
    .then(run)
    .catch((cause) => [String(cause?.stack ?? cause)])
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  console.log(`${problems.length === 0 ? '✓' : '✗'} ${name}  ${seconds} s`)
  return { name, problems }
}

function shortened(text) {
  const lines = text.split('\n')
  const rest = lines.length - DETAIL_LINES
  return rest > 0 ? [...lines.slice(0, DETAIL_LINES), `… and ${rest} more lines`].join('\n') : text
}
