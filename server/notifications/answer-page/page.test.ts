import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AnswerPage, renderAnswerPage, renderRefusal } from './page.ts'
import { languageOf } from './words.ts'

const ann = { id: 1, name: 'Ann Berg' }
const ben = { id: 2, name: 'Ben Cole' }
const alert: AnswerPage['alert'] = {
  id: 42,
  summary: 'Mail is down',
  status: 'PENDING',
  priority: 'HIGH',
  sourceName: '4me',
  answeredBy: null,
}

function page(more: Partial<Omit<AnswerPage, 'alert'>> = {}, change: Partial<AnswerPage['alert']> = {}): string {
  return renderAnswerPage({
    language: 'en',
    alert: { ...alert, ...change },
    person: ann,
    verb: 'accept',
    outcome: null,
    ...more,
  })
}

const titleOf = (markup: string) => /<h1>(.*?)<\/h1>/.exec(markup)?.[1]
const buttonsOf = (markup: string) =>
  [...markup.matchAll(/<button type="submit" name="do" value="(\w+)" class="(\w+)">/g)].map(([, verb, look]) => [
    verb,
    look,
  ])

const acceptedBy = (answeredBy: typeof ann | null) => ({ status: 'ACCEPTED' as const, answeredBy })
const resolvedBy = (answeredBy: typeof ann | null) => ({ status: 'RESOLVED' as const, answeredBy })

describe('the page behind a mail’s links', () => {
  test.each<[string, string, string, string[][]]>([
    [
      'asks before it accepts',
      page(),
      'Accept this alert?',
      [
        ['accept', 'primary'],
        ['resolve', 'secondary'],
        ['escalate', 'secondary'],
      ],
    ],
    [
      'asks before it resolves',
      page({ verb: 'resolve' }),
      'Resolve this alert?',
      [
        ['resolve', 'primary'],
        ['accept', 'secondary'],
        ['escalate', 'secondary'],
      ],
    ],
    [
      'asks before it escalates',
      page({ verb: 'escalate' }),
      'Pass this alert on?',
      [
        ['escalate', 'primary'],
        ['accept', 'secondary'],
        ['resolve', 'secondary'],
      ],
    ],
    [
      'says when nobody is left to pass it to',
      page({ verb: 'escalate', outcome: 'already' }),
      'Everybody was already asked',
      [
        ['escalate', 'secondary'],
        ['accept', 'secondary'],
        ['resolve', 'secondary'],
      ],
    ],
    [
      'says who accepted it already, and still offers to resolve',
      page({}, acceptedBy(ben)),
      'Already accepted by Ben Cole',
      [['resolve', 'secondary']],
    ],
    [
      'says that it was you',
      page({ outcome: 'already' }, acceptedBy(ann)),
      'Already accepted by you',
      [['resolve', 'secondary']],
    ],
    [
      'names nobody when no person answered',
      page({}, acceptedBy(null)),
      'Already accepted',
      [['resolve', 'secondary']],
    ],
    [
      'asks before it resolves what is accepted',
      page({ verb: 'resolve' }, acceptedBy(ben)),
      'Resolve this alert?',
      [['resolve', 'primary']],
    ],
    ['offers nothing more once it is resolved', page({}, resolvedBy(ben)), 'Already resolved by Ben Cole', []],
    [
      'tells a late accept that it is resolved',
      page({ outcome: 'already' }, resolvedBy(ben)),
      'Already resolved by Ben Cole',
      [],
    ],
    ['confirms an accept', page({ outcome: 'done' }, acceptedBy(ann)), 'You accepted it', [['resolve', 'secondary']]],
    ['confirms a resolve', page({ verb: 'resolve', outcome: 'done' }, resolvedBy(ann)), 'You resolved it', []],
  ])('%s', (_title, markup, title, buttons) => {
    expect(titleOf(markup)).toBe(title)
    expect(buttonsOf(markup)).toEqual(buttons)
  })

  test('says which alert it is, and as whom one answers', () => {
    const text = page().replace(/<[^>]*>/g, ' ')
    for (const part of ['Alert 42', 'Mail is down', 'Pending', 'High priority', 'You answer as Ann Berg.']) {
      expect(text).toContain(part)
    }
  })

  test('speaks German to who speaks German', () => {
    const markup = page({ language: 'de' })
    expect(markup).toContain('<html lang="de">')
    expect(titleOf(markup)).toBe('Diesen Alarm annehmen?')
  })

  test('runs no script, has no style of its own, and posts nowhere else', () => {
    const markup = page()
    expect(markup).not.toMatch(/<script|<style|style=|\son\w+=|javascript:|action=/i)
  })

  test('text from outside stays text', () => {
    const tags = (markup: string) => markup.match(/<[^>]*>/g)
    const ours = tags(page({}, acceptedBy(ben)))
    const attack = fc.oneof(
      fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'a', '/', '=', ' '), minLength: 1 }),
      fc.constantFrom('<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', '</title><svg onload=alert(1)>'),
    )
    fc.assert(
      fc.property(attack, (text) => {
        const person = { id: 1, name: text }
        const by = { id: 2, name: text }
        expect(tags(page({ person }, { ...acceptedBy(by), summary: text, sourceName: text }))).toEqual(ours)
      }),
    )
  })
})

describe('a link that cannot be followed', () => {
  test.each([
    ['unknown', 'This link leads nowhere'],
    ['crossSite', 'This came from another site'],
    ['failed', 'That did not work'],
  ] as const)('%s says so and offers no button', (kind, title) => {
    const markup = renderRefusal('en', kind)
    expect(titleOf(markup)).toBe(title)
    expect(buttonsOf(markup)).toEqual([])
  })

  test('is told in the browser’s language', () => {
    expect(languageOf('de-AT,de;q=0.9,en;q=0.8')).toBe('de')
    expect(languageOf('en-GB,de;q=0.5')).toBe('en')
    expect(languageOf(undefined)).toBe('en')
  })
})
