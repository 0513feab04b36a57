import path from 'node:path'

/** The folder of the clone. */
export const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..', '..')

/** Installed packages. */
export const packages = path.join(root, 'node_modules')

/** The built web app. */
export const webApp = path.join(root, 'dist', 'web')

/** Work in progress of the setup; on the same disk as the results, so that they can be moved into place at once. */
export const workshop = path.join(root, 'dist', '.setup')
