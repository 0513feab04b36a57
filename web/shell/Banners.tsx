import { cva } from 'class-variance-authority'
import { CircleAlert, Info, LoaderCircle, TriangleAlert } from 'lucide-react'
import { Link } from 'react-router'
import { useExternalValue } from '../api/external-value.ts'
import { reachable } from '../api/reachability.ts'
import { useSystemStatus } from '../api/session.ts'

const banner = cva('flex items-start gap-2.5 border-b px-4 py-2 text-sm md:px-6', {
  variants: {
    tone: {
      danger: 'bg-danger-soft text-danger',
      caution: 'bg-caution-soft text-caution',
      info: 'bg-accent-soft text-accent',
    },
  },
})
const ICONS = { danger: CircleAlert, caution: TriangleAlert, info: Info }

/** What everybody must know, above every page. */
export function Banners() {
  const isReachable = useExternalValue(reachable)
  const status = useSystemStatus(isReachable)
  return (
    <div aria-live="polite">
      {!isReachable && (
        <div className={banner({ tone: 'caution' })}>
          <LoaderCircle className="mt-0.5 size-4 shrink-0 animate-spin" aria-hidden />
          <span className="text-text">Cannot reach Tocsin, retrying. What you see may be out of date.</span>
        </div>
      )}
      {status.data?.banners.map((one) => {
        const Icon = ICONS[one.tone]
        return (
          <div key={`${one.code}-${one.text}`} className={banner({ tone: one.tone })} data-banner={one.code}>
            <Icon className="mt-0.5 size-4 shrink-0" aria-hidden />
            <span className="min-w-0 text-text">
              {one.text}{' '}
              {one.link && (
                <Link to={one.link} className="font-medium whitespace-nowrap text-accent underline underline-offset-2">
                  Show me
                </Link>
              )}
            </span>
          </div>
        )
      })}
    </div>
  )
}
