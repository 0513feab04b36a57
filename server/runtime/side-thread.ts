import { Worker } from 'node:worker_threads'

const MEMORY_MB_MAX = 96

/**
 * Lets a file do its work in a thread of its own, for code that a wicked input could keep busy for ever: after `msMax` it is
 * ended, and null is the answer. The file posts one message, which is the answer; when it fails the promise rejects.
 */
export function inSideThread<T>(file: URL, input: unknown, msMax: number): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(file, {
      workerData: input,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB_MAX },
    })
    const timer = setTimeout(() => end(() => resolve(null)), msMax)
    const end = (settle: () => void) => {
      clearTimeout(timer)
      settle()
      void thread.terminate()
    }
    thread.once('message', (answer: T) => end(() => resolve(answer)))
    thread.once('error', (cause: NodeJS.ErrnoException) =>
      // More memory than it may have is too much work as well.
      end(() => (cause.code === 'ERR_WORKER_OUT_OF_MEMORY' ? resolve(null) : reject(cause))),
    )
    thread.once('exit', () => end(() => reject(new Error('The thread ended without an answer.'))))
  })
}
