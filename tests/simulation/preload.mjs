// Loaded before a simulation: product code that asks for a store, the time or a savepoint gets its twin in memory.
import fs from 'node:fs'
import { registerHooks } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = path.resolve(import.meta.dirname, '..', '..')
const server = path.join(root, 'server')
const twins = path.join(import.meta.dirname, 'twins')

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context)
    if (!context.parentURL?.startsWith(pathToFileURL(`${server}/`).href) || !resolved.url.startsWith('file:'))
      return resolved
    const file = path.relative(server, fileURLToPath(resolved.url))
    const twin = path.join(twins, file)
    if (fs.existsSync(twin)) return { ...resolved, url: pathToFileURL(twin).href }
    if (path.basename(file) === 'store.ts' && !file.startsWith('..')) {
      throw new Error(`server/${file} has no twin: the simulation needs tests/simulation/twins/${file}.`)
    }
    return resolved
  },
})
