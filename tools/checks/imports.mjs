import { breaches } from '../import-law.mjs'
import { isCode, readSource, repositoryFiles } from './source-files.mjs'

/** Every import of the repository that breaks the law. */
export function importLaw() {
  return repositoryFiles()
    .filter(isCode)
    .flatMap((file) => breaches(file, readSource(file)))
}
