import type { FastifyRequest } from 'fastify'
import type { Database } from '../database/connection.ts'
import { fieldProblem } from '../runtime/problem.ts'
import type { Viewer } from './sight.ts'
import { isSeen, teamsOfPerson } from './sight-store.ts'

const HEADERS = ['team-context', 'x-team-context'] as const

/**
 * Who looks, and in which teams' context: lists then tell what these teams own. ilert's header says 0 for all, -1 for one's
 * own teams, or the id of a team; without it nothing is left out.
 */
export async function inContext(request: FastifyRequest, { db }: { db: Database }): Promise<Viewer> {
  const { actor, viewer } = request
  const text = HEADERS.map((name) => request.headers[name]).find((value) => typeof value === 'string')
  if (typeof text !== 'string' || text.trim() === '' || text.trim() === '0') return viewer
  if (text.trim() === '-1') {
    if (actor?.kind !== 'person') throw fieldProblem('team-context', 'An API key is no person and is in no team.')
    return { ...viewer, context: await teamsOfPerson(db, actor.personId) }
  }
  if (!/^\s*\d{1,9}\s*$/.test(text)) {
    throw fieldProblem('team-context', 'Write 0 for all, -1 for your teams, or the id of a team.')
  }
  if (!(await isSeen(db, viewer, 'team', text.trim()))) {
    throw fieldProblem('team-context', `There is no team ${text.trim()}.`)
  }
  return { ...viewer, context: [Number(text)] }
}
