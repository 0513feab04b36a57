import { Notice } from '../components/Notice.tsx'
import { climbSentence } from './climb.ts'
import type { PolicyValues } from './policy-values.ts'
import { type Askable, namesOf } from './targets.ts'

type Props = { values: PolicyValues; askable: Askable }

/** What the policy means, in a sentence. */
export function ClimbPreview({ values, askable }: Props) {
  const levels = values.levels.map((level) => ({
    names: inWords(namesOf(level.targets, askable), level.inTurn),
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

function inWords(names: readonly string[], inTurn: boolean): string[] {
  return inTurn && names.length > 0 ? [`one of ${names.join(', ')}, in turn,`] : [...names]
}

function minutes(text: string): number {
  const value = Number(text)
  return Number.isFinite(value) && value > 0 ? Math.floor(value) : 0
}
