const TICK_MS = 200
const PLAIN_TICK_MS = 10_000
const BAR_WIDTH = 24

/**
 * Shows named steps with a bar and the seconds gone by; whole lines where nobody watches a terminal.
 * @param {number} stepsExpected
 */
export function createProgress(stepsExpected, out = process.stdout) {
  const isLive = Boolean(out.isTTY) && process.env.TERM !== 'dumb'
  let done = 0

  /**
   * @template T
   * @param {string} title what is being done, as "Installing packages"
   * @param {string} doneTitle what was done, as "Packages installed"
   * @param {(tell: (detail: string, share?: number) => void) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async function step(title, doneTitle, work) {
    const began = performance.now()
    const seconds = () => ((performance.now() - began) / 1000).toFixed(1)
    let detail = ''
    let share = 0
    const draw = () => {
      const filled = Math.min(BAR_WIDTH, Math.round(((done + share) / stepsExpected) * BAR_WIDTH))
      const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`
      const text = `${bar}  ${title}${detail ? `  ${detail}` : ''}  ${seconds()} s`
      if (isLive) out.write(`\r\u001b[2K${text.slice(0, Math.max(20, (out.columns || 80) - 1))}`)
      else out.write(`  ${title}${detail ? `  ${detail}` : ''}  ${seconds()} s\n`)
    }
    if (isLive) draw()
    else out.write(`  ${title} …\n`)
    const timer = setInterval(draw, isLive ? TICK_MS : PLAIN_TICK_MS)
    try {
      const result = await work((text, part) => {
        detail = text
        share = part ?? share
      })
      done += 1
      if (isLive) out.write('\r\u001b[2K')
      out.write(`✓ ${doneTitle}  ${seconds()} s\n`)
      return result
    } catch (cause) {
      if (isLive) out.write('\r\u001b[2K')
      out.write(`✗ ${title}  ${seconds()} s\n`)
      throw cause
    } finally {
      clearInterval(timer)
    }
  }

  const say = (line) => void out.write(isLive ? `\r\u001b[2K${line}\n` : `${line}\n`)

  return { step, say }
}
