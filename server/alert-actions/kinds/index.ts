import type { ConnectorType } from '../schema.ts'
import { chatKinds } from './chats.ts'
import type { ActionKind } from './contract.ts'
import { webhookKind } from './webhook.ts'

/** Every kind of place an alert action sends to. */
export const actionKinds: readonly ActionKind[] = [...chatKinds, webhookKind]

/** The kind of this type; the schema knows no others. */
export function kindOf(type: string): ActionKind {
  const kind = actionKinds.find((one) => one.type === (type as ConnectorType))
  if (!kind) throw new Error(`There is no kind of alert action ${type}.`)
  return kind
}
