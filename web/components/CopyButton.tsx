import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from './Button.tsx'
import { toast } from './toast-store.ts'

const SHOWN_MS = 2_000

/** Puts a text on the clipboard and says so. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])

  const copy = async () => {
    try {
      await writeClipboard(text)
      setCopied(true)
    } catch {
      toast('The browser did not let Tocsin copy. Select the text and copy it by hand.', 'danger')
    }
  }
  const Icon = copied ? Check : Copy
  return (
    <Button size="sm" onClick={() => void copy()}>
      <Icon className="size-3.5" aria-hidden />
      <span aria-live="polite">
        {copied ? 'Copied' : 'Copy'} <span className="sr-only">{what}</span>
      </span>
    </Button>
  )
}

/** Plain-http pages have no clipboard API: there the old way still works. */
async function writeClipboard(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('readonly', '')
  area.className = 'fixed opacity-0'
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  if (!done) throw new Error('copy refused')
}
