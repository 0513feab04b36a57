// Loaded before a simulation: product code that asks for a store, the time or a savepoint gets its twin in memory. A new
// store needs a file of the same path below twins/, its tables in memory/tables.ts, and its calls in contract/.
import fs from 'node:fs'
import { registerHooks } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { seededBugs, withBug } from './seeded-bugs.ts'

const root = path.resolve(import.meta.dirname, '..', '..')
const server = path.join(root, 'server')
const serverUrl = pathToFileURL(`${server}${path.sep}`).href
const twins = path.join(import.meta.dirname, 'twins')
const bug = seededBugs.find(({ name }) => name === process.env.SIMULATION_BUG)

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context)
    if (!context.parentURL?.startsWith(serverUrl) || !resolved.url.startsWith(serverUrl)) return resolved
    const file = path.relative(server, fileURLToPath(resolved.url))
    const twin = path.join(twins, file)
    if (fs.existsSync(twin)) return { ...resolved, url: pathToFileURL(twin).href }
    if (path.basename(file) !== 'store.ts') return resolved
    throw new Error(`server/${file} has no twin: the simulation needs tests/simulation/twins/${file}.`)
  },
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!bug || url !== pathToFileURL(path.join(root, bug.file)).href) return loaded
    return { ...loaded, source: withBug(String(loaded.source), bug) }
  },
})
