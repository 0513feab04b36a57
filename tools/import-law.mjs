// Who may import whom. Every rule that fits a file holds; a folder's place in the way through decides what it may see.
import path from 'node:path'
import { lineAt, splitSource } from './checks/split-source.mjs'

const SCHEMA = /^server\/(.+\/)?schema\.ts$/
const STATION = /^server\/(intake|reconciliation|targets|alerts|escalation|notifications|writeback|alert-actions)\//
const LOW = /^server\/(timeline|trace|directory|oncall|database|runtime|audit)\/(?!.*routes\.ts$)/

const LANGUAGE = /^server\/(templates|conditions)\//

// A routes.ts is an edge: an answer that comes in by mail or page begins the way anew.
const inside = (station) => new RegExp(`^server/${station}/(?!.*routes\\.ts$)`)
const upstreamOf = (...stations) => ({ never: [new RegExp(`^server/(${stations.join('|')})/`)], but: [SCHEMA] })

/** @type {{ files: RegExp, may?: (RegExp | 'own folder')[], never?: RegExp[], but?: RegExp[], because: string }[]} */
export const law = [
  { files: SCHEMA, may: [/^zod$/, SCHEMA], because: 'a schema.ts holds shapes and needs only zod and other shapes' },
  {
    files: /^server\/.+\/decide\.ts$/,
    may: [
      /\/(schema|decide|contract)\.ts$/,
      /^server\/runtime\/(time|zoned|invariant|text-error)\.ts$/,
      LANGUAGE,
      /\/rules\/(compile|words)\.ts$/,
      // Pure as well: it reads telephone numbers.
      /^libphonenumber-js\/min$/,
    ],
    because: 'a decide.ts is pure: facts come in as arguments',
  },
  {
    files: /^server\/.+\/store\.ts$/,
    never: [/\/routes\.ts$/, /^server\/(http|engine|channels)\//],
    but: [SCHEMA, /\/contract\.ts$/],
    because: 'a store.ts asks and saves, and knows nothing of who calls it',
  },
  {
    files: /^server\/integrations\/[^/]+\//,
    may: [/^(zod|node:crypto|jose)$/, /^server\/integrations\/contract\.ts$/, /^server\/runtime\//, 'own folder'],
    because: 'an integration is one folder that knows only its contract',
  },
  {
    files: LANGUAGE,
    may: [LANGUAGE, /^server\/runtime\/(linear-regex|text-error|time)\.ts$/],
    because: 'the languages of templates and conditions are pure and know nothing of what they are for',
  },
  {
    files: /^server\/channels\/[^/]+\//,
    may: [
      /^(zod|web-push|node:.+|nodemailer(\/.*)?)$/,
      /^server\/channels\/(contract|http|gateway|gateway-pool)\.ts$/,
      /^server\/runtime\//,
      'own folder',
    ],
    because: 'a channel is one folder that knows only its contract, and how providers are called',
  },
  { files: inside('alerts'), ...upstreamOf('intake'), because: 'alerts stand below intake' },
  { files: inside('escalation'), ...upstreamOf('intake', 'alerts'), because: 'escalation stands below alerts' },
  {
    files: inside('notifications'),
    ...upstreamOf('intake', 'alerts', 'escalation'),
    because: 'notifications stand below escalation',
  },
  {
    files: inside('writeback'),
    ...upstreamOf('intake', 'reconciliation', 'targets', 'alerts', 'escalation', 'notifications'),
    // What it finds to stand otherwise is to be compared soon: it plans that, and knows nothing else of comparing.
    but: [SCHEMA, /^server\/reconciliation\/store\.ts$/],
    because: 'write-back stands below every other station',
  },
  {
    files: inside('alert-actions'),
    ...upstreamOf('intake', 'reconciliation', 'targets', 'alerts', 'escalation'),
    because: 'alert actions stand below what they tell of',
  },
  {
    files: LOW,
    never: [STATION, /^server\/(engine|alert-sources|flow\.ts|main\.ts|start\.ts|product\.ts)/],
    // Whom or what a policy names cannot be removed: directory and on-call ask, they change nothing.
    but: [SCHEMA, /^server\/escalation\/policies\/store\.ts$/],
    because: 'timeline, trace, directory, on-call, audit, database and runtime stand below every station',
  },
  {
    files: /^server\/runtime\//,
    never: [/^server\/(?!runtime\/|database\/clock\.ts)/],
    because: 'runtime stands on nothing of ours',
  },
  {
    files: /^server\/engine\//,
    never: [STATION, /^server\/(integrations|channels|alert-sources|http)\//],
    because: 'the engine turns the list it is given and knows no station',
  },
  {
    files: /^server\//,
    never: [/^(web|sandbox|tests|tools)\//],
    but: [/^tools\/data-folder-lock\.mjs$/],
    because: 'the server is the product and needs nothing around it',
  },
  {
    files: /^web\//,
    may: [/^web\//, SCHEMA, /^(?!node:)[^/.][^.]*$/],
    because: 'the web app knows the server by its shapes only',
  },
  { files: /^sandbox\//, never: [/^(server|web|tests|tools)\//], because: 'the sandbox is a program of its own' },
  { files: /^tools\//, never: [/^(web|sandbox|tests)\//], because: 'tools know programs as files, not as code' },
]

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])/g
const BARREL = /\bexport\s+(?:type\s+)?(?:\*|\{[^}]*\}\s*from\b)/g
const MAY_PASS_ON = /^server\/(integrations|channels)\/contract\.ts$/

/**
 * What a file imports, as paths from the top of the repository or names of packages.
 * @param {string} file
 * @param {string} source
 */
export function importsOf(file, source) {
  const { code } = splitSource(source)
  return [...code.matchAll(IMPORT)].map((match) => {
    const from = match.index + match[0].length
    const said = source.slice(from, source.indexOf(match[1], from))
    const target = said.startsWith('.') ? path.posix.join(path.posix.dirname(file), said) : said
    return { target, line: lineAt(source, match.index) }
  })
}

/**
 * Every breach of the law in one file, as `path:line sentence`; a test may import whatever it tests.
 * @param {string} file
 * @param {string} source
 * @returns {string[]}
 */
export function breaches(file, source) {
  const isTest = /\.test\.tsx?$/.test(file)
  const rules = isTest ? [] : law.filter(({ files }) => files.test(file))
  const imports = importsOf(file, source).flatMap(({ target, line }) =>
    rules
      .filter((rule) => !allows(rule, file, target))
      .map(({ because }) => `${file}:${line} must not import ${target}: ${because}.`),
  )
  return [...imports, ...barrels(file, source)]
}

function allows({ may, never, but = [] }, file, target) {
  const fits = (pattern) => (pattern === 'own folder' ? target.startsWith(ownFolder(file)) : pattern.test(target))
  if (but.some(fits)) return true
  return may ? may.some(fits) : !never?.some(fits)
}

function ownFolder(file) {
  return `${file.split('/').slice(0, 3).join('/')}/`
}

function barrels(file, source) {
  if (!/^(server|web|sandbox)\//.test(file) || MAY_PASS_ON.test(file)) return []
  return [...splitSource(source).code.matchAll(BARREL)].map(
    ({ index }) =>
      `${file}:${lineAt(source, index)} must not pass on what another file exports: import it where it lives.`,
  )
}
