import { isCode, isTest, readSource, repositoryFiles } from './source-files.mjs'
import { lineAt, splitSource } from './split-source.mjs'

const READINGS = String.raw`\bDate\.now\b|\bnew Date\(\s*\)|(?<![\w.])Date\(\s*\)|\bMath\.random\b|\bperformance\.now\b|\bTemporal\.Now\b`
const TIMERS = String.raw`(?<![\w.])(?:setTimeout|setInterval|setImmediate)\s*\(|\bnode:timers\b`
const SQL = String.raw`(?<![\w.])(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\(\)|\b(?:current_timestamp|current_date|current_time|localtimestamp|localtime)\b`

/** @type {{ files: RegExp, unless: RegExp, code?: RegExp, text?: RegExp, instead: string }[]} */
const bans = [
  {
    files: /^server\/.+\.ts$/,
    unless: /^server\/runtime\//,
    code: new RegExp(`${READINGS}|${TIMERS}`, 'g'),
    instead: 'the present comes in as an argument, waiting is done by runtime/timers.ts',
  },
  {
    files: /^server\/.+\.(ts|sql)$/,
    unless: /^server\/database\/clock\.ts$/,
    text: new RegExp(SQL, 'gi'),
    instead: 'SQL gets the present as a parameter; only database/clock.ts reads it',
  },
  {
    files: /^web\/.+\.tsx?$/,
    unless: /^web\/components\/useNow\.ts$/,
    code: new RegExp(READINGS, 'g'),
    instead: 'the web app reads the time by useNow',
  },
]

/**
 * Readings of the clock outside the one place for them.
 * @param {string} file
 * @param {string} source
 * @returns {string[]}
 */
export function clockReadings(file, source) {
  if (isTest(file)) return []
  return bans
    .filter(({ files, unless }) => files.test(file) && !unless.test(file))
    .flatMap(({ code, text, instead }) => {
      const parts = file.endsWith('.sql') ? withoutSqlComments(source) : splitSource(source)
      const found = [...(code ? parts.code.matchAll(code) : []), ...(text ? parts.strings.matchAll(text) : [])]
      return found.map(
        ({ 0: word, index }) => `${file}:${lineAt(source, index)} reads the clock (${word.trim()}): ${instead}.`,
      )
    })
}

/** @returns {string[]} */
export function clockBan() {
  return repositoryFiles()
    .filter((file) => isCode(file) || file.endsWith('.sql'))
    .flatMap((file) => clockReadings(file, readSource(file)))
}

function withoutSqlComments(source) {
  return { code: '', strings: source.replace(/--[^\n]*/g, (comment) => ' '.repeat(comment.length)) }
}
