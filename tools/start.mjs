// Nothing is imported before the version is known: an older Node shall get a sentence, not a stack.
const major = Number(process.versions.node.split('.')[0])
if (major < 20) {
  console.error(`Tocsin needs Node 20 or newer to start; this is Node ${process.versions.node}.`)
  process.exit(1)
}
import('./launch/launcher.mjs').then(({ launch }) => launch({ isDev: process.argv.includes('--dev') }))
