import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline/promises'
import { prepareDataFolder, takeDataFolder } from './data-folder-lock.mjs'
import { dataFolder } from './launch/settings.mjs'
import { printReason, StopSentence } from './setup/stop-sentence.mjs'

const KNOWN = [/^postgres/, /^sandbox/, /^tocsin\.log/, /^secret/, /^lock$/]

try {
  process.exitCode = await reset(dataFolder(process.env))
} catch (cause) {
  printReason(cause)
  process.exitCode = 1
}

async function reset(folder) {
  if (!fs.existsSync(folder)) {
    console.log(`There is no data folder ${folder}; the next start begins fresh.`)
    return 0
  }
  const real = prepareDataFolder(folder)
  refuseStrangersFolder(real)
  const claim = await takeDataFolder(real, { role: 'launcher' })
  try {
    if (!process.argv.includes('--yes') && !(await confirmed(real))) {
      console.log('Nothing was removed.')
      return 1
    }
    for (const entry of fs.readdirSync(real)) {
      if (entry !== 'lock') fs.rmSync(path.join(real, entry), { recursive: true, force: true })
    }
  } finally {
    claim.release()
  }
  fs.rmSync(path.join(real, 'lock'), { recursive: true, force: true })
  console.log(`The data folder ${real} is empty; the next start begins fresh.`)
  return 0
}

// TOCSIN_DATA_DIR may be a slip of the finger, such as somebody's home.
function refuseStrangersFolder(real) {
  const entries = fs.readdirSync(real)
  if (entries.length > 0 && !entries.some((name) => KNOWN.some((it) => it.test(name)))) {
    throw new StopSentence(`${real} does not look like a data folder of Tocsin; nothing was removed.`)
  }
}

async function confirmed(real) {
  if (!process.stdin.isTTY) {
    throw new StopSentence('Nobody can be asked here; say npm run reset -- --yes to remove all data.')
  }
  const asking = readline.createInterface({ input: process.stdin, output: process.stdout })
  const answer = await asking.question(`Remove all of Tocsin's data in ${real}? Type yes: `)
  asking.close()
  return answer.trim().toLowerCase() === 'yes'
}
