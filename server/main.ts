import { enableCompileCache, flushCompileCache } from 'node:module'
import path from 'node:path'

// A start, above all one after a crash, does not compile anew what the last one that got ready did. Below node_modules
// only those can write who could change the program, too; where the service may not, it is compiled each time.
enableCompileCache(path.join(import.meta.dirname, '..', 'node_modules', '.cache', 'tocsin'))
const { main } = await import('./start.ts')
await main({ onReady: flushCompileCache })
