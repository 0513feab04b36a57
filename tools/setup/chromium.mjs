import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { runQuietly } from './run-quietly.mjs'
import { StopSentence } from './stop-sentence.mjs'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const ADVICE = 'install it (Debian: apt-get install chromium) or set CHROMIUM_PATH'

/**
 * Where the browser stories find their browser; root gets one installed when there is none.
 * @param {ReturnType<typeof import('./progress.mjs').createProgress>} progress
 * @returns {Promise<string>}
 */
export async function ensureChromium(progress) {
  const said = process.env.CHROMIUM_PATH?.trim()
  if (said && !fs.existsSync(said)) throw new StopSentence(`CHROMIUM_PATH is ${said}, where no program is.`)
  const found = said || findChromium()
  if (found) return found
  const mayInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0
  if (!mayInstall) throw new StopSentence(`The browser stories need Chromium; ${ADVICE}.`)
  await progress.step('Installing Chromium', 'Chromium installed', async (tell) => {
    tell('reading package lists')
    await aptGet('update')
    tell('downloading')
    await aptGet('install', '-y', 'chromium')
  })
  const installed = findChromium()
  if (!installed) throw new StopSentence(`Chromium was not found after its installation; ${ADVICE}.`)
  return installed
}

function findChromium() {
  return PLACES.find((place) => fs.existsSync(place))
}

function aptGet(...words) {
  const sentence = `Chromium could not be installed; ${ADVICE}.`
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return runQuietly(['apt-get', ...words], { env }, { absent: sentence, failed: sentence })
}
