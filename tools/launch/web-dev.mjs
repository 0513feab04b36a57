import fs from 'node:fs'
import path from 'node:path'
import { root } from '../setup/places.mjs'
import { startChild } from './child.mjs'

const SETTLE_MS = 300

/**
 * Serves the web app from its sources, with hot reload.
 * @param {{ host: string, port: number, serverUrl: string, say: (line: string) => void }} options
 */
export function startWebDev({ host, port, serverUrl, say }) {
  const env = { ...process.env, TOCSIN_URL: serverUrl, WEB_HOST: host, WEB_PORT: String(port) }
  return startChild({ file: 'tools/launch/vite-server.mjs', env, onLine: say, onErrorLine: say })
}

/**
 * Calls back when a file of the server has changed and its author has stopped for a moment.
 * @param {() => void} onChange
 */
export function watchServer(onChange) {
  let settling
  const watcher = fs.watch(path.join(root, 'server'), { recursive: true }, (_event, file) => {
    if (!file || !/\.(ts|sql)$/.test(file) || /\.test\.ts$/.test(file)) return
    clearTimeout(settling)
    settling = setTimeout(onChange, SETTLE_MS)
  })
  return {
    stop: () => {
      clearTimeout(settling)
      watcher.close()
    },
  }
}
