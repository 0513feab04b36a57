import { mkdir, open, rename } from 'node:fs/promises'
import { CannotStart } from './settings.ts'

/** Makes a folder that can be written to, or says in one sentence why it cannot. */
export async function prepareFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
    await replaceFile(`${path}/.writable`, '')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new CannotStart(
      `The sandbox cannot write to its data folder ${path} (${code}); set SANDBOX_DATA_DIR to another.`,
    )
  }
}

/** Writes a file as a whole: after a crash it has the old or the new content, never half of one. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.new`
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.datasync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}
