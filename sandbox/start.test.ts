import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { optionsFromCommand, optionsFromEnvironment } from './settings.ts'
import { startSandbox } from './start.ts'
import { bearer, openBench, openReceiver, openWebhooks, until } from './test-bench.ts'

describe('a restart', () => {
  test('keeps records, tokens, webhooks and faults', async () => {
    const bench = await openBench()
    const receiver = await openReceiver()
    await openWebhooks(bench, receiver, ['request.update'])
    const { body: made } = await bench.rest('POST', '/v1/requests', {
      subject: 'Mail is down',
      category: 'incident',
      impact: 'top',
      note: 'Nothing arrives.',
    })
    await bench.faults({ webhooks: { lenient: true } })
    await bench.restart()

    expect((await bench.rest('GET', `/v1/requests/${made.id}`)).body).toEqual(made)
    expect((await bench.rest('GET', `/v1/requests/${made.id}/notes`)).body).toMatchObject([
      { text: 'Nothing arrives.' },
    ])
    expect((await bench.call('GET', '/sandbox/faults')).body.webhooks.lenient).toBe(true)
    await bench.rest('PATCH', `/v1/requests/${made.id}`, { status: 'accepted' })
    await until(() => expect(receiver.events()).toEqual(['request.update']))
    expect((await bench.rest('POST', '/v1/requests', { ...made, note: '' })).body.id).toBe(made.id + 1)
  })

  test('sends what was still to be sent, and tries again when it is time', async () => {
    const bench = await openBench()
    const receiver = await openReceiver()
    await openWebhooks(bench, receiver, ['request.create'])
    receiver.answer = () => 503
    await bench.call('POST', '/sandbox/api/requests', { subject: 'Mail is down' })
    await until(async () => expect((await bench.deliveries('?state=waiting')).length).toBe(1))
    await bench.restart()
    receiver.answer = () => 200
    expect(receiver.received.length).toBe(1)
    bench.advance(10)
    await until(() => expect(receiver.received.length).toBe(2))
  })

  test('sends again what was on its way', async () => {
    const bench = await openBench()
    const receiver = await openReceiver()
    await openWebhooks(bench, receiver, ['request.create'])
    receiver.answer = () => null
    await bench.call('POST', '/sandbox/api/requests', { subject: 'Mail is down' })
    await until(() => expect(receiver.received.length).toBe(1))
    await bench.restart()
    await until(() => expect(receiver.received.length).toBe(2))
    const [first, second] = receiver.received.map((one) => one.headers['x-4me-delivery'])
    expect(second).toBe(first)
  })
})

describe('the folder', () => {
  test('has the hash of a token, never the token', async () => {
    const bench = await openBench()
    const token = await bench.token(['request:R'])
    const text = await readFile(join(bench.dataDir, '4me.json'), 'utf8')
    expect(text).not.toContain(token)
    expect(JSON.parse(text).tokens).toMatchObject([
      { start: token.slice(0, 6), hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ])
    expect((await bench.call('GET', '/sandbox/api/state')).body.tokens[0]).not.toHaveProperty('hash')
    const headers = { ...bearer(token), 'x-4me-account': 'acme' }
    expect((await bench.call('GET', '/v1/requests', undefined, headers)).status).toBe(200)
  })

  test('a file that is not ours stops the start and stays as it is', async () => {
    const bench = await openBench()
    const path = join(bench.dataDir, 'other')
    await startSandbox({ dataDir: path, sandboxPort: 0, inboxPort: 0, smtpPort: 0 }).then((one) => one.close())
    await writeFile(join(path, '4me.json'), 'a diary')
    const start = startSandbox({ dataDir: path, sandboxPort: 0, inboxPort: 0, smtpPort: 0 })
    await expect(start).rejects.toThrow(/4me\.json is not the sandbox's own state file; move it away/)
    expect(await readFile(join(path, '4me.json'), 'utf8')).toBe('a diary')
    expect(await readdir(path)).not.toContain('4me.json.new')
  })

  test('one that cannot be written to is named', async () => {
    const start = startSandbox({ dataDir: '/dev/null/x', sandboxPort: 0, inboxPort: 0, smtpPort: 0 })
    await expect(start).rejects.toThrow(
      /cannot write to its data folder \/dev\/null\/x \(ENOTDIR\); set SANDBOX_DATA_DIR/,
    )
  })
})

describe('settings', () => {
  test('come from the environment; what is blank counts as left out', () => {
    const env = { SANDBOX_PORT: '5000', SANDBOX_HOST: '', SANDBOX_PUBLIC_URL: 'https://acme.example/' }
    expect(optionsFromEnvironment(env)).toMatchObject({
      host: '127.0.0.1',
      sandboxPort: 5_000,
      inboxPort: 4_101,
      smtpPort: 4_125,
      account: 'acme',
      publicUrl: 'https://acme.example',
    })
  })

  test.each([
    [{ SANDBOX_PORT: '70000' }, 'SANDBOX_PORT must be a port from 0 to 65535 (0 takes any free one), but is "70000".'],
    [{ INBOX_SMTP_PORT: 'x' }, 'INBOX_SMTP_PORT must be a number, but is "x".'],
    [{ SANDBOX_TIME_SCALE: '0' }, 'SANDBOX_TIME_SCALE must be a number from 0.001 to 100000.'],
    [{ SANDBOX_ACCOUNT: 'A b' }, 'SANDBOX_ACCOUNT must consist of small letters, digits and hyphens, e.g. acme.'],
    [
      { SANDBOX_PUBLIC_URL: 'http://x/y' },
      'SANDBOX_PUBLIC_URL must be an address without a path, such as http://127.0.0.1:4100.',
    ],
  ])('%j is refused in a sentence', (env, sentence) => {
    expect(() => optionsFromEnvironment(env)).toThrow(sentence)
  })

  test.each(['sandboxPort', 'inboxPort', 'smtpPort'] as const)(
    'a taken %s is named with its variable',
    async (port) => {
      const taken = createServer()
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
      onTestFinished(() => void taken.close())
      const bench = await openBench()
      const address = taken.address() as { port: number }
      const free = { sandboxPort: 0, inboxPort: 0, smtpPort: 0, dataDir: join(bench.dataDir, 'second') }
      const variable = { sandboxPort: 'SANDBOX_PORT', inboxPort: 'INBOX_PORT', smtpPort: 'INBOX_SMTP_PORT' }[port]
      await expect(startSandbox({ ...free, [port]: address.port })).rejects.toThrow(
        new RegExp(`^Port ${address.port} for .+ is taken by another program; set ${variable} to a free one\\.$`),
      )
    },
  )

  test('an account has its own name, a public address its own origin', async () => {
    const bench = await openBench({ account: 'wdc' })
    const { body } = await bench.call('GET', '/sandbox/api/state')
    expect(body.account).toEqual({ id: 'wdc', name: 'Wdc' })
    const other = await openBench({ publicUrl: 'https://wdc.example' })
    expect(other.urls.sandboxUrl).toBe('https://wdc.example')
  })
})

describe('the command', () => {
  test.each([[['--seed', 'tuesday']], [['--seed=tuesday']]])('%j is a night that is the same again', (args) => {
    expect(optionsFromCommand({ SANDBOX_PORT: '0' }, args)).toMatchObject({
      sandboxPort: 0,
      randomSeed: 'tuesday',
      story: 'night',
    })
  })

  test('says what it knows when it is asked for something else', () => {
    expect(optionsFromCommand({}, [])).toEqual(optionsFromEnvironment({}))
    for (const args of [['--seed'], ['--sed', 'x'], ['--seed', 'a', 'b'], ['night']]) {
      expect(() => optionsFromCommand({}, args)).toThrow('--seed TEXT')
    }
  })
})
