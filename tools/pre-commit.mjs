import { clockBan } from './checks/clock-ban.mjs'
import { forbiddenNames } from './checks/forbidden-names.mjs'
import { importLaw } from './checks/imports.mjs'
import { program } from './checks/program.mjs'

const formatAndLint = program(
  '@biomejs/biome/bin/biome',
  'check',
  '--staged',
  '--no-errors-on-unmatched',
  '--colors=off',
)
const problems = [...(await formatAndLint()), ...importLaw(), ...forbiddenNames(), ...clockBan()]
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
