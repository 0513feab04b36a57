// Loaded before a simulation: product code that asks for a store, the time, chance or a savepoint gets its twin in memory. A
// new store needs a file of the same path below twins/, its tables in memory/tables.ts, and its calls in contract/. What has
// no twin is the product's own: as the memory understands no SQL, it fails at once when it asks for something.
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
    if (specifier === 'node:crypto' && context.parentURL?.startsWith(serverUrl)) {
      return { url: pathToFileURL(path.join(twins, 'crypto.ts')).href, shortCircuit: true }
    }
    const resolved = nextResolve(specifier, context)
    if (!context.parentURL?.startsWith(serverUrl) || !resolved.url.startsWith(serverUrl)) return resolved
    const file = path.relative(server, fileURLToPath(resolved.url))
    const twin = path.join(twins, file)
    return fs.existsSync(twin) ? { ...resolved, url: pathToFileURL(twin).href } : resolved
  },
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!bug || url !== pathToFileURL(path.join(root, bug.file)).href) return loaded
    return { ...loaded, source: withBug(String(loaded.source), bug) }
  },
})
