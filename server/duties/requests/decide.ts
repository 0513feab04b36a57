import type { RequestState } from './schema.ts'

/** How a request stands: one that nobody answered ends with the time it is about. */
export function stateAt(request: { state: string; ends_at: Date }, now: Date): RequestState {
  if (request.state === 'PENDING' && request.ends_at <= now) return 'EXPIRED'
  return request.state as RequestState
}

/** Why a request cannot be answered any more; null while it can. */
export function whyClosed(state: RequestState): string | null {
  switch (state) {
    case 'PENDING':
      return null
    case 'ACCEPTED':
      return 'The request was accepted already.'
    case 'DECLINED':
      return 'The request was declined already.'
    case 'WITHDRAWN':
      return 'The request was withdrawn.'
    case 'EXPIRED':
      return 'The request is over: its time has passed.'
  }
}
