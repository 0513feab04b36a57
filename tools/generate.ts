import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { openDatabase } from '../server/database/connection.ts'
import { startEmbedded } from '../server/database/embedded.ts'
import { migrate } from '../server/database/migrate.ts'
import { openApiDocument } from '../server/http/openapi.ts'
import { silentLog } from '../server/runtime/log.ts'
import { compareTables, readRowTypes } from './row-types.ts'

const root = path.resolve(import.meta.dirname, '..')
const openApiFile = path.join(root, 'docs', 'openapi.json')
const isCheck = process.argv.includes('--check')

const problems = [...(await generateOpenApi()), ...(isCheck ? await checkRowTypes() : [])]
for (const problem of problems) console.error(problem)
process.exit(problems.length > 0 ? 1 : 0)

async function generateOpenApi(): Promise<string[]> {
  const fresh = `${JSON.stringify(await openApiDocument(), null, 2)}\n`
  const kept = fs.existsSync(openApiFile) ? fs.readFileSync(openApiFile, 'utf8') : ''
  if (fresh === kept) return []
  if (isCheck) return ['docs/openapi.json differs from the routes; run npm run generate and commit it.']
  fs.mkdirSync(path.dirname(openApiFile), { recursive: true })
  fs.writeFileSync(openApiFile, fresh)
  console.log('docs/openapi.json is written.')
  return []
}

/** Compares tables.ts with what the migrations really make, in a database that lives for the moment. */
async function checkRowTypes(): Promise<string[]> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'tocsin-generate-'))
  const log = silentLog()
  const embedded = await startEmbedded({ dataFolder: dataDir, log })
  const databases = await openDatabase({ connection: embedded.connection, log })
  try {
    await migrate(databases.housekeeping, log)
    return await compareTables(databases.housekeeping, readRowTypes(path.join(root, 'server/database/tables.ts')))
  } finally {
    await databases.close()
    await embedded.stop()
    fs.rmSync(dataDir, { recursive: true, force: true })
  }
}
