import { prepareDataFolder, takeDataFolder } from '../data-folder-lock.mjs'
import { ensurePackages } from '../setup/install.mjs'
import { createProgress } from '../setup/progress.mjs'
import { printReason, StopSentence } from '../setup/stop-sentence.mjs'
import { ensureWebApp } from '../setup/web-app.mjs'
import { announcement } from './announcement.mjs'
import { listenForEnd } from './end.mjs'
import { freePorts } from './ports.mjs'
import { readLaunchSettings } from './settings.mjs'
import { EndedEarly, startWorld } from './world.mjs'

const READY_MS_MAX = 180_000

/**
 * `npm start`: refuses what cannot work, sets up what is missing, runs everything until told to stop.
 * @param {{ isDev: boolean }} options
 */
export async function launch(options) {
  try {
    process.exitCode = await runAll(options)
  } catch (cause) {
    printReason(cause)
    process.exitCode = 1
  }
  process.exit()
}

async function runAll({ isDev }) {
  const end = listenForEnd()
  const settings = readLaunchSettings(process.env, { isDev })
  // Before anything is installed or built: a Tocsin that runs here must not be harmed.
  const dataDir = settings.needsFolder ? prepareDataFolder(settings.dataDir) : settings.dataDir
  const claim = settings.needsFolder ? await takeDataFolder(dataDir, { role: 'launcher' }) : undefined
  const ports = await freePorts(settings.doors)

  const progress = createProgress(isDev ? 2 : 3)
  await ensurePackages(progress)
  if (!isDev) await ensureWebApp(progress)

  const world = startWorld({ settings, dataDir, ports, claim, say: progress.say })
  let askToStop = () => {}
  const asked = new Promise((resolve) => (askToStop = resolve))
  end.whenRunning({ stop: askToStop, kill: world.kill })

  try {
    const running = progress.step('Starting Tocsin', 'Tocsin is running', () => inTime(world.ready()))
    const isAsked = await Promise.race([
      running.then((it) => void progress.say(announcement(it))),
      asked.then(() => true),
    ])
    const fall = isAsked ? undefined : await Promise.race([world.ended, asked])
    if (!fall) {
      progress.say('Stopping …')
      // Nobody waits for it any more.
      running.catch(() => {})
    }
    await world.stop()
    if (fall?.sentence) console.error(`\n${fall.sentence}`)
    return fall ? fall.code : 0
  } catch (cause) {
    await world.stop()
    if (!(cause instanceof EndedEarly)) throw cause
    if (cause.message) console.error(`\n${cause.message}`)
    return cause.code
  }
}

function inTime(work) {
  let timer
  const tooLate = new Promise((_resolve, reject) => {
    const message = `Tocsin was not ready after ${READY_MS_MAX / 1_000} s; its log is in the data folder.`
    timer = setTimeout(() => reject(new StopSentence(message)), READY_MS_MAX)
  })
  return Promise.race([work, tooLate]).finally(() => clearTimeout(timer))
}
