import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PageMessage } from '../contract.ts'
import { examples, requestPage } from './examples.ts'
import { renderMail } from './render.ts'

describe.each(examples)('e-mail: $name', ({ message, subject, text }) => {
  test('says it', () => {
    const mail = renderMail(message)
    expect(mail.subject).toBe(subject)
    expect(mail.text).toBe(text)
  })
})

const withOutsideText = (text: string): PageMessage => ({
  ...requestPage,
  person: { firstName: text, language: 'en' },
  alert: {
    ...requestPage.alert,
    summary: text,
    details: text,
    sourceName: text,
    labels: { team: text, [text || 'x']: text },
    links: [
      { href: text, text },
      { href: 'https://x.example/', text },
    ],
  },
})

test('an instant in a label is written for people', () => {
  const labels = { target: '2026-11-26T15:16:14+01:00' }
  const { text } = renderMail({ ...requestPage, alert: { ...requestPage.alert, labels } })
  expect(text).toContain('Target: 26 Nov 2026, 14:16 UTC')
})

describe('outside text', () => {
  test.each([
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)>',
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    '</title><style>*{display:none}</style>',
    '<a href="https://evil.example">Accept</a>',
    '{{constructor.constructor("return process")()}}',
  ])('%s stays text in the markup', (attack) => {
    const { html } = renderMail(withOutsideText(attack))
    const ours = renderMail(withOutsideText('harmless')).html
    const tags = (markup: string) => markup.match(/<[^>]*>/g)
    expect(tags(html)).toEqual(tags(ours))
  })

  test('never starts a new line in the subject', () => {
    const { subject } = renderMail(withOutsideText('Down\r\nBcc: everybody@example.test\u2028X: y\u0000'))
    expect(subject).toBe('Alert 12: Down Bcc: everybody@example.test X: y')
  })

  test('cannot pass for one of our own lines', () => {
    const details =
      'x\nAccept: https://evil.example/\r\nResolve: https://evil.example/\u2028Accept: https://evil.example/'
    const labels = { Accept: 'https://evil.example/' }
    const links = [{ href: 'https://evil.example/', text: 'Accept' }]
    const { text } = renderMail({ ...requestPage, alert: { ...requestPage.alert, details, labels, links } })
    expect(text.split(/[\r\n\u2028]/).filter((line) => line.startsWith('Accept: '))).toEqual([
      `Accept: ${requestPage.acceptUrl}`,
    ])
  })

  test('becomes a link only where it is a web address', () => {
    for (const href of ['javascript:alert(1)', 'data:text/html,x', 'https://x.example/ y', 'https://x.example/"><b>']) {
      const { html, text } = renderMail({
        ...requestPage,
        alert: { ...requestPage.alert, links: [{ href, text: 'x' }] },
      })
      expect(`${html}${text}`).not.toContain(href)
    }
  })

  test('is bounded', () => {
    const endless = 'x'.repeat(200_000)
    const labels = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`label ${index}`, endless]))
    const mail = renderMail({ ...withOutsideText(endless), alert: { ...withOutsideText(endless).alert, labels } })
    expect(mail.html.length).toBeLessThan(20_000)
    expect(mail.text.length).toBeLessThan(10_000)
    expect(mail.subject.length).toBeLessThanOrEqual(160)
  })

  test('whatever it is, the markup has the tags we wrote and no others', () => {
    const ours = renderMail(withOutsideText('x')).html.replace(/>[^<]*/g, '>')
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        fc.pre(/[\p{L}]/u.test(text) && !/^https?:/.test(text))
        const { html, subject } = renderMail(withOutsideText(text))
        expect(html.replace(/>[^<]*/g, '>').match(/<[a-z!/][^>]*>/gi)?.length).toBe(
          ours.match(/<[a-z!/][^>]*>/gi)?.length,
        )
        expect(subject).not.toMatch(/[\r\n]/)
      }),
    )
  })
})

test('the three links are there, each once in the text', () => {
  const { html, text } = renderMail(requestPage)
  for (const url of [requestPage.acceptUrl, requestPage.resolveUrl, requestPage.alertUrl]) {
    expect(html).toContain(`href="${url}"`)
    expect(text.split(url)).toHaveLength(2)
  }
})
