import type { AlertStatus, Priority } from '../schema.ts'

/** How an alert stands, as far as the verbs ask. */
export interface Stand {
  id: number
  status: AlertStatus
  priority: Priority
  mergedIntoId: number | null
  isUnattended: boolean
}

export interface Refusal {
  kind: 'refuse'
  reason: string
}

/** Why nothing can be done with an alert any more, or here; null when it can. */
export function refusalOf(stand: Stand): Refusal | null {
  if (stand.status === 'RESOLVED') return { kind: 'refuse', reason: `Alert ${stand.id} is resolved.` }
  if (stand.mergedIntoId !== null) {
    return {
      kind: 'refuse',
      reason: `Alert ${stand.id} is merged into alert ${stand.mergedIntoId}: act on that one, or take it out first.`,
    }
  }
  return null
}

/** A climb that begins; `withdrawsAnswer`: the alert was accepted, and waits for an answer again. */
export interface Beginning {
  kind: 'begin'
  levelIndex: number
  round: number
  withdrawsAnswer: boolean
}

/** Another policy or person is asked, from the first level on. Whoever accepted hands the alert over by it. */
export function decideHandOver(stand: Stand): Beginning | Refusal {
  return refusalOf(stand) ?? begin(stand, 0, 1)
}

/** Where a climb stands: `levelIndex` and `round` name the step that is due next, or was when it stopped. */
export interface ClimbStand {
  levels: number
  levelIndex: number
  round: number
}

/** A level is asked now, and the climb goes on from there; without a wish it is the next one, after the last the first again. */
export function decideEscalate(
  stand: Stand,
  climb: ClimbStand,
  wanted: number | null,
): Beginning | Refusal | { kind: 'no-such-level' } {
  const refusal = refusalOf(stand)
  if (refusal) return refusal
  const next = climb.levelIndex < climb.levels ? climb.levelIndex : 0
  const levelIndex = wanted ?? next
  if (levelIndex >= climb.levels) return { kind: 'no-such-level' }
  return begin(stand, levelIndex, climb.round)
}

function begin(stand: Stand, levelIndex: number, round: number): Beginning {
  return { kind: 'begin', levelIndex, round, withdrawsAnswer: stand.status === 'ACCEPTED' }
}

/** The step before the one that is due next, or was when the climb stopped: who was asked last. */
export function lastAsked({ levels, levelIndex, round }: ClimbStand): { levelIndex: number; round: number } {
  if (levelIndex > 0) return { levelIndex: Math.min(levelIndex, levels) - 1, round }
  return round > 1 ? { levelIndex: levels - 1, round: round - 1 } : { levelIndex: 0, round: 1 }
}

/** An acceptance is taken back; `others` accepted as well as who takes it back. */
export function decideUnaccept(
  stand: Stand,
  others: readonly number[],
): { kind: 'leave'; to: number } | { kind: 'wait' } | { kind: 'already' } | Refusal {
  const refusal = refusalOf(stand)
  if (refusal) return refusal
  if (stand.status === 'PENDING') return { kind: 'already' }
  const [to] = others
  return to === undefined ? { kind: 'wait' } : { kind: 'leave', to }
}

/** A resolved alert goes on as it was, unless another one took its place; `twin`: the open alert of the same key. */
export function decideReopen(
  stand: Stand,
  wasAccepted: boolean,
  twin: number | null,
): { kind: 'reopen'; status: 'PENDING' | 'ACCEPTED' } | { kind: 'already' } | Refusal {
  if (stand.status !== 'RESOLVED') return { kind: 'already' }
  if (stand.mergedIntoId !== null) {
    return { kind: 'refuse', reason: `Alert ${stand.id} is merged into alert ${stand.mergedIntoId}: open that one.` }
  }
  if (twin !== null) {
    return { kind: 'refuse', reason: `Alert ${twin} has the same key and is open: the trouble goes on there.` }
  }
  return { kind: 'reopen', status: wasAccepted ? 'ACCEPTED' : 'PENDING' }
}

/** LOW becomes HIGH. Nobody has answered yet: the policy is climbed from its first level, with all its levels. */
export function decideRaise(stand: Stand): { kind: 'raise'; begins: boolean } | { kind: 'already' } | Refusal {
  const refusal = refusalOf(stand)
  if (refusal) return refusal
  if (stand.priority === 'HIGH') return { kind: 'already' }
  return { kind: 'raise', begins: stand.status === 'PENDING' }
}

/** Somebody else is asked to help. On an accepted alert their page lives until it is resolved. */
export function decideAddResponder(
  stand: Stand,
  isResponder: boolean,
): { kind: 'ask'; as: 'PAGE' | 'INVITE' } | { kind: 'already' } | Refusal {
  const refusal = refusalOf(stand)
  if (refusal) return refusal
  if (isResponder) return { kind: 'already' }
  return { kind: 'ask', as: stand.status === 'ACCEPTED' ? 'INVITE' : 'PAGE' }
}

export interface MergeDecision {
  kind: 'merge'
  /** One of them is HIGH and the main one is not: it must be at least as loud. */
  raises: boolean
  /** Nobody is asked for the main one any more, and the merged ones stop asking: it begins anew. */
  begins: boolean
  /** Somebody works on the main one, and so on these. */
  accepts: number[]
}

/** Several alerts become one that people answer. `others` are those not merged into it yet. */
export function decideMerge(main: Stand, others: readonly Stand[]): MergeDecision | Refusal {
  const refusal = refusalOf(main)
  if (refusal) return refusal
  for (const other of others) {
    if (other.id === main.id) return { kind: 'refuse', reason: `Alert ${main.id} cannot be merged into itself.` }
    const why = refusalOf(other)
    if (why) return why
  }
  const raises = main.priority === 'LOW' && others.some((other) => other.priority === 'HIGH')
  return {
    kind: 'merge',
    raises,
    begins: main.status === 'PENDING' && others.length > 0 && (raises || main.isUnattended),
    accepts:
      main.status === 'ACCEPTED' ? others.filter((other) => other.status === 'PENDING').map((other) => other.id) : [],
  }
}

/** A merged alert stands for itself again: who is asked about it begins anew, unless somebody answered. */
export function decideUnmerge(stand: Stand): { kind: 'unmerge'; begins: boolean } | { kind: 'already' } | Refusal {
  if (stand.mergedIntoId === null) return { kind: 'already' }
  if (stand.status === 'RESOLVED') return { kind: 'refuse', reason: `Alert ${stand.id} is resolved.` }
  return { kind: 'unmerge', begins: stand.status === 'PENDING' }
}
