import type { Viewer } from '../access/sight.ts'
import type { RouteContext } from '../http/route.ts'
import { noSuchAlert } from './actions.ts'
import { findAlert } from './query.ts'
import type { Alert } from './schema.ts'
import { viewAlertDetails } from './view.ts'

/** One alert as a route answers with it; throws when there is none. */
export async function alertAnswer(context: RouteContext, viewer: Viewer, id: number): Promise<Alert> {
  const row = await findAlert(context.db, id)
  if (!row) throw noSuchAlert(id)
  return viewAlertDetails(context.db, viewer, row)
}
