// The web app from its sources as a program of the launcher's: Vite's own command outlives a launcher that is killed.
import { createServer } from 'vite'

process.on('disconnect', () => process.exit())
const { WEB_HOST: host, WEB_PORT: port } = process.env
const vite = await createServer({
  logLevel: 'warn',
  clearScreen: false,
  server: { host: host ?? '127.0.0.1', port: Number(port), strictPort: true },
})
await vite.listen()
process.send?.({ kind: 'ready' })
