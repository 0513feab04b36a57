/** What a provider said about a message it had taken. */
export type ReceiptState = 'WAITING' | 'UNDELIVERED' | 'DELIVERED' | 'ANSWERED'

/** Without a word from the provider for so long, high priority takes another way (invariants.md NOT-5). */
export const RECEIPT_SECONDS = 90

const RANK: readonly ReceiptState[] = ['WAITING', 'UNDELIVERED', 'DELIVERED', 'ANSWERED']

/** True when the news is further than what is known: receipts that come late or twice change nothing (invariants.md NOT-12). */
export function isFurther(known: string | null, news: ReceiptState): boolean {
  const before = known === null ? -1 : RANK.indexOf(known as ReceiptState)
  return RANK.indexOf(news) > before
}
