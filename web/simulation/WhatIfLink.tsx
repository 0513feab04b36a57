import { FlaskConical } from 'lucide-react'
import { queryString } from '../api/client.ts'
import { ButtonLink } from '../components/Button.tsx'

type Props = { source?: number; policy?: number; delivery?: string }

/** The way to *What if*, with what is looked at filled in. */
export function WhatIfLink(about: Props) {
  return (
    <ButtonLink to={`/what-if${queryString(about)}`}>
      <FlaskConical className="size-4" aria-hidden />
      What if
    </ButtonLink>
  )
}
