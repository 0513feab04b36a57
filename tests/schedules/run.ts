// npm run schedules -- --count 10000 --seed 1 : random schedules against the model, then every zone and clock change.
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { shiftsOf } from '../../server/oncall/decide.ts'
import { differenceIn } from './compare.ts'
import { type Case, cases } from './random-schedule.ts'
import { changesOf, tilingOf } from './tiling.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    zones: { type: 'string', default: '1000' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log('npm run schedules -- --count N --seed S [--zones N]\n')
  console.log('  --count  random schedules that are compared with the model, minute by minute')
  console.log('  --seed   repeats a run')
  console.log(
    '  --zones  of how many zones every clock change from 1970 to 2040 is looked at; all when there are fewer',
  )
  process.exit(0)
}

const seed = Number(values.seed)
const random = compareMany(Number(values.count))
measure()
const tiles = tileMany(Number(values.zones))
process.exit(random && tiles ? 0 : 1)

function compareMany(count: number): boolean {
  const began = performance.now()
  const property = fc.property(cases, (one) => {
    const difference = differenceIn(one)
    if (difference !== null) throw new Error(difference)
  })
  const result = fc.check(property, { numRuns: count, seed })
  const seconds = (performance.now() - began) / 1_000
  if (!result.failed) {
    console.log(`${count} schedules agree with the model, seed ${seed}, ${rate(count, seconds)} compared.`)
    return true
  }
  console.error(`Schedule ${result.numRuns} of seed ${seed} differs: ${result.errorInstance}`)
  console.error(JSON.stringify(result.counterexample, null, 2))
  return false
}

/** The engine alone: twelve weeks of each schedule. */
function measure(): void {
  const schedules = fc.sample(cases, { numRuns: 2_000, seed })
  run(schedules)
  const began = performance.now()
  const shifts = run(schedules)
  const seconds = (performance.now() - began) / 1_000
  console.log(
    `The engine alone: twelve weeks of ${rate(schedules.length, seconds)}, ${rate(shifts, seconds, 'shifts')}.`,
  )
}

function run(list: readonly Case[]): number {
  const weeks = 12 * 7 * 86_400_000
  return list.reduce(
    (sum, { schedule, from }) =>
      sum + shiftsOf(schedule, { from: new Date(from), until: new Date(from + weeks) }).length,
    0,
  )
}

function tileMany(limit: number): boolean {
  const every = Intl.supportedValuesOf('timeZone')
  const step = Math.max(1, Math.floor(every.length / limit))
  const zones = every.filter((_, index) => index % step === 0)
  let [changes, shifts, faults] = [0, 0, 0]
  const began = performance.now()
  for (const zone of zones) {
    const found = changesOf(zone)
    const result = tilingOf(zone, found)
    changes += found.length
    shifts += result.shifts
    faults += result.faults.length
    for (const fault of result.faults.slice(0, 5)) console.error(fault)
  }
  const seconds = Math.round((performance.now() - began) / 1_000)
  console.log(
    `${zones.length} zones of tzdata ${process.versions.tz}, ${changes} clock changes, ${shifts} shifts around them: ${faults} faults, ${seconds} s.`,
  )
  return faults === 0
}

function rate(count: number, seconds: number, what = 'schedules'): string {
  return `${count} ${what} at ${Math.round(count / seconds)} per second`
}
