import { isCode, isTest, readSource, repositoryFiles } from './source-files.mjs'

const LINES_MAX = 400

/** Files that want to be two; a remark, not a failure. */
export function longFiles() {
  return repositoryFiles()
    .filter((file) => isCode(file) && !isTest(file))
    .map((file) => ({ file, lines: readSource(file).split('\n').length - 1 }))
    .filter(({ lines }) => lines > LINES_MAX)
    .map(({ file, lines }) => `${file} has ${lines} lines; more than ${LINES_MAX} are hard to read.`)
}
