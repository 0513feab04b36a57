import type { Person } from '../api/directory.ts'
import { Notice } from '../components/Notice.tsx'
import { nameOf } from '../components/person-name.ts'
import { climbSentence } from './climb.ts'
import type { PolicyValues } from './policy-values.ts'

type Props = { values: PolicyValues; people: readonly Person[] }

/** What the policy means, in a sentence. */
export function ClimbPreview({ values, people }: Props) {
  const levels = values.levels.map((level) => ({
    names: level.people
      .map((id) => people.find((person) => person.id === id))
      .map((person) => (person ? nameOf(person) : 'somebody')),
    timeoutMinutes: minutes(level.timeout),
  }))
  const reachesNobody = levels.every((level) => level.names.length === 0)
  const sentence = climbSentence({ levels, rounds: Number(values.rounds), delayMinutes: minutes(values.delay) })
  return (
    <Notice tone={reachesNobody ? 'caution' : 'info'}>
      <h2 className="mb-0.5 font-semibold">What happens</h2>
      <p data-climb>{sentence}</p>
    </Notice>
  )
}

function minutes(text: string): number {
  const value = Number(text)
  return Number.isFinite(value) && value > 0 ? Math.floor(value) : 0
}
