import fs from 'node:fs'
import path from 'node:path'
import { root } from '../setup/places.mjs'
import { readSource, repositoryFiles } from './source-files.mjs'
import { lineAt } from './split-source.mjs'

const PAGES = /^(README|ARCHITECTURE|CONTRIBUTING)\.md$|^docs\/.+\.md$/
// A decision tells what was true on its day.
const HISTORY = /^docs\/decisions\//
const PATH = /(?<![\w./@-])((?:server|web|sandbox|tests|tools|docs|bench|\.ci|\.githooks)\/[\w./-]*[\w/])(?![\w*<{…])/g
const LINK = /\]\((?!https?:|mailto:|#)([^)#\s]+)/g
const SETTINGS = ['server/runtime/settings.ts', 'sandbox/settings.ts', 'tools/launch/settings.mjs']
const VARIABLE = /(?:'([A-Z][A-Z0-9]*_[A-Z0-9_]+)'|\btext\('([A-Z]+)'|\benv\.([A-Z][A-Z0-9_]+))/g

/** Pages that name what is not there, problems and settings that no page explains. */
export function docsAreTrue() {
  return [...pathsExist(), ...problemsHavePages(), ...settingsAreExplained()]
}

function pathsExist() {
  const pages = repositoryFiles().filter((file) => PAGES.test(file) && !HISTORY.test(file))
  return pages.flatMap((page) => {
    const text = readSource(page)
    const named = [...text.matchAll(PATH)].map((it) => ({ at: it.index, target: it[1] }))
    const linked = [...text.matchAll(LINK)].map((it) => ({
      at: it.index,
      target: it[1].startsWith('/') ? it[1].slice(1) : path.posix.join(path.posix.dirname(page), it[1]),
    }))
    return [...named, ...linked]
      .filter(({ target }) => !fs.existsSync(path.join(root, target)))
      .map(({ at, target }) => `${page}:${lineAt(text, at)} names ${target}, which does not exist.`)
  })
}

function problemsHavePages() {
  const list = /problems = \{([\s\S]*?)\n\}/.exec(readSource('server/runtime/problem.ts'))?.[1] ?? ''
  const types = [...list.matchAll(/^ {2}'?([a-z][a-z-]*)'?: \{/gm)].map((it) => it[1])
  const pages = repositoryFiles()
    .map((file) => /^docs\/errors\/([a-z-]+)\.md$/.exec(file)?.[1])
    .filter((it) => it !== undefined)
  return [
    ...types.filter((it) => !pages.includes(it)).map((it) => `The problem ${it} has no page docs/errors/${it}.md.`),
    ...pages
      .filter((it) => !types.includes(it))
      .map((it) => `docs/errors/${it}.md explains a problem that does not exist.`),
  ]
}

function settingsAreExplained() {
  const text = ['docs/settings.md', 'README.md']
    .filter((file) => fs.existsSync(path.join(root, file)))
    .map(readSource)
    .join('\n')
  const words = new Set(text.match(/[A-Z][A-Z0-9_]+/g))
  return SETTINGS.filter((file) => fs.existsSync(path.join(root, file))).flatMap((file) => {
    const names = new Set([...readSource(file).matchAll(VARIABLE)].map((it) => it[1] ?? it[2] ?? it[3]))
    return [...names]
      .filter((it) => !words.has(it))
      .map((it) => `${file} reads ${it}, which neither docs/settings.md nor README.md explains.`)
  })
}
