import { parentPort, workerData } from 'node:worker_threads'
import { readCalendar } from './read.ts'

const { text, timezone, from, until } = workerData as { text: string; timezone: string; from: number; until: number }
parentPort?.postMessage(readCalendar(text, timezone, from, until))
