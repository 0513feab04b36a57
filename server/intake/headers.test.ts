import { expect, test } from 'vitest'
import { keptHeaders } from './headers.ts'

const key = 'tik_AbCdEfGhJkLmNpQrStUvWxYz23456789AbCdEfGhJkLmNpQr'
const path = `/api/v1/events/4me/${key}`

test('the integration key stands in no header that is kept, wherever a proxy repeats it', () => {
  const kept = keptHeaders(
    {
      'X-Forwarded-Uri': path,
      'x-original-uri': `${path}?again=${key}`,
      referer: `https://tocsin.example${path}`,
      'x-seen': [path, 'and more'],
      'x-long': `${'x'.repeat(1_980)}${key}`,
    },
    key,
  )
  expect(JSON.stringify(kept)).not.toContain(key.slice(0, 12))
  expect(kept['x-forwarded-uri']).toBe('/api/v1/events/4me/…')
  expect(kept['x-seen']).toBe('/api/v1/events/4me/…, and more')
})
