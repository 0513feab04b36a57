/** A reason not to go on; the message is one sentence for the person at the terminal. */
export class StopSentence extends Error {
  name = 'StopSentence'

  /** @param {string} message @param {{ details?: string }} [more] what to show above the sentence */
  constructor(message, more = {}) {
    super(message)
    this.details = more.details ?? ''
  }
}

/**
 * Prints why a command cannot go on: one sentence where somebody wrote one, the whole error where it is a bug.
 * @param {unknown} cause
 */
export function printReason(cause) {
  const isSentence = cause instanceof Error && ['StopSentence', 'DataFolderError'].includes(cause.name)
  if (isSentence && 'details' in cause && cause.details) console.error(`\n${cause.details}`)
  console.error(isSentence ? `\n${cause.message}` : cause)
}
