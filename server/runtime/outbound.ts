import { lookup as lookUpName } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { Agent, buildConnector, type Dispatcher, request as send } from 'undici'
import { type AllowList, isAddress, judgeAddress, parseAllowList } from './addresses.ts'

export interface OutboundRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH'
  url: string
  headers?: Record<string, string>
  body?: string | Uint8Array
  timeoutMs: number
  bytesMax: number
}

export interface OutboundAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** The guarded client: no redirects, checked addresses, bounded time and size; throws `OutboundError`. */
export type Outbound = ((request: OutboundRequest, signal?: AbortSignal) => Promise<OutboundAnswer>) & {
  /** By which clock calls are paced; real elapsed time when absent, as the other side knows no other. */
  paceClock?: PaceClock
}

export interface PaceClock {
  nowMs(): number
  wait(ms: number, signal?: AbortSignal): Promise<void>
  /** The longest wait; more is left for later. */
  waitMsMax: number
}

export type OutboundErrorKind = 'refused' | 'dns' | 'connect' | 'tls' | 'timeout' | 'too-large' | 'aborted'

/** Why there is no answer, in a sentence that names at most scheme, host and port. */
export class OutboundError extends Error {
  readonly kind: OutboundErrorKind
  /** The answer's status, when its head was read before the call was cut. */
  readonly status: number | null

  constructor(kind: OutboundErrorKind, message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'OutboundError'
    this.kind = kind
    this.status = options.status ?? null
  }
}

/** Asks the name service for every address of a name. */
export type NameLookup = (hostname: string) => Promise<string[]>

const CONNECT_TIMEOUT_MS = 5_000
// Shorter than most servers', so that a connection is rarely closed under a request.
const KEEP_ALIVE_MS = 4_000
const CONNECTIONS_PER_HOST_MAX = 32

const systemLookup: NameLookup = async (hostname) =>
  (await lookUpName(hostname, { all: true })).map((found) => found.address)

/** A client for addresses that users may choose. `allow`: hosts and networks that may be private and spoken to in plain http. */
export function createOutbound(options: { allow: readonly string[]; lookup?: NameLookup }): Outbound {
  const allow = parseAllowList(options.allow)
  const agent = new Agent({
    connect: guardedConnector(allow, options.lookup ?? systemLookup),
    connections: CONNECTIONS_PER_HOST_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
  })

  return async (request, signal) => {
    const url = readTarget(request.url, allow)
    const deadline = AbortSignal.timeout(request.timeoutMs)
    const stop = signal ? AbortSignal.any([signal, deadline]) : deadline
    let status: number | undefined
    try {
      const answer = await send(url, {
        dispatcher: agent,
        method: request.method,
        headers: { 'accept-encoding': 'identity', 'user-agent': 'Tocsin', ...request.headers },
        body: request.body ?? null,
        signal: stop,
        headersTimeout: request.timeoutMs,
        bodyTimeout: request.timeoutMs,
      })
      status = answer.statusCode
      const body = await readBody(answer.body, request.bytesMax, url, status)
      return { status, headers: flatHeaders(answer.headers), body }
    } catch (cause) {
      throw toOutboundError(cause, url, { aborted: signal?.aborted === true, late: deadline.aborted, status })
    }
  }
}

/** Everything about the address that needs no name service. */
function readTarget(text: string, allow: AllowList): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url) throw new OutboundError('refused', 'The address is not a URL.')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new OutboundError('refused', `Only https addresses are called, not ${url.protocol}`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new OutboundError(
      'refused',
      `The address of ${url.host} carries a user name or password; that is not allowed.`,
    )
  }
  const host = bareHost(url.hostname)
  if (isAddress(host)) checkAddresses(host, [host], url.protocol, allow)
  return url
}

function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.+)\]$/, '$1')
}

/** Throws unless every address may be reached under this scheme. */
function checkAddresses(host: string, addresses: readonly string[], protocol: string, allow: AllowList): void {
  if (addresses.length === 0) throw new OutboundError('dns', `There is no host ${host}: the name has no address.`)
  if (allow.hosts.has(host.toLowerCase())) return
  for (const address of addresses) {
    const verdict = judgeAddress(address, allow)
    if (verdict.kind === 'blocked') {
      throw new OutboundError(
        'refused',
        `${host} leads to ${address === host ? 'an address' : address} that is not public (${verdict.range}). An operator can allow it in TOCSIN_OUTBOUND_ALLOW.`,
      )
    }
    if (verdict.kind === 'public' && protocol === 'http:') {
      throw new OutboundError(
        'refused',
        `${host} may only be called by https. Plain http needs an entry in TOCSIN_OUTBOUND_ALLOW.`,
      )
    }
  }
}

/** Resolves, checks every address, and connects to what was checked, so that a second answer of the name service counts for nothing. */
function guardedConnector(allow: AllowList, lookup: NameLookup): buildConnector.connector {
  const connectors = new Map(
    ['http:', 'https:'].map((protocol) => [protocol, checkedConnector(protocol, allow, lookup)]),
  )
  return (options, callback) => {
    const connect = connectors.get(options.protocol)
    if (!connect)
      return callback(new OutboundError('refused', `Only https addresses are called, not ${options.protocol}`), null)
    connect({ ...options, hostname: bareHost(options.hostname) }, (...[error, socket]) => {
      if (error) return callback(error, null)
      try {
        checkAddresses(
          bareHost(options.hostname),
          socket.remoteAddress ? [socket.remoteAddress] : [],
          options.protocol,
          allow,
        )
      } catch (refusal) {
        socket.destroy()
        return callback(refusal as OutboundError, null)
      }
      callback(null, socket)
    })
  }
}

function checkedConnector(protocol: string, allow: AllowList, lookup: NameLookup): buildConnector.connector {
  const checkedLookup: LookupFunction = (hostname, _options, callback) => {
    lookup(hostname).then(
      (addresses) => {
        try {
          checkAddresses(hostname, addresses, protocol, allow)
        } catch (refusal) {
          return callback(refusal as OutboundError, [])
        }
        callback(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        )
      },
      (cause) => callback(cause, []),
    )
  }
  return buildConnector({ lookup: checkedLookup, timeout: CONNECT_TIMEOUT_MS, allowH2: false, autoSelectFamily: true })
}

async function readBody(
  stream: Dispatcher.ResponseData['body'],
  bytesMax: number,
  url: URL,
  status: number,
): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes > bytesMax) {
      stream.destroy()
      throw new OutboundError('too-large', `${url.host} answered with more than ${Math.floor(bytesMax / 1024)} KiB.`, {
        status,
      })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function flatHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

function toOutboundError(
  cause: unknown,
  url: URL,
  how: { aborted: boolean; late: boolean; status: number | undefined },
): OutboundError {
  if (cause instanceof OutboundError) return cause
  const status = how.status === undefined ? {} : { status: how.status }
  if (how.aborted) return new OutboundError('aborted', `The call to ${url.host} was called off.`, status)
  if (how.late) return new OutboundError('timeout', `${url.host} did not answer in time.`, status)
  const inner = cause instanceof AggregateError ? cause.errors[0] : cause
  if (inner instanceof OutboundError) return inner
  const code = String((inner as { code?: unknown } | null)?.code ?? '')
  const [kind, sentence] = kindOf(code, url.host)
  // Only the code: the original may quote the request.
  return new OutboundError(kind, sentence, { ...status, cause: code === '' ? undefined : code })
}

const NAME_CODES = /^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL|EBADNAME|EREFUSED|ENONAME)/
const TLS_CODES =
  /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|CRL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/
const LATE_CODES = /^(UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ETIMEDOUT)/

function kindOf(code: string, host: string): [OutboundErrorKind, string] {
  if (NAME_CODES.test(code)) return ['dns', `There is no host ${host}, or its name cannot be looked up now (${code}).`]
  if (TLS_CODES.test(code)) return ['tls', `There is no verified TLS connection to ${host} (${code}).`]
  if (LATE_CODES.test(code)) return ['timeout', `${host} did not answer in time.`]
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'HPE_HEADER_OVERFLOW')
    return ['too-large', `${host} answered with too many headers.`]
  if (code === 'UND_ERR_INVALID_ARG') return ['refused', `The request to ${host} is not valid HTTP.`]
  if (code.startsWith('HPE_')) return ['connect', `${host} does not answer in HTTP (${code}).`]
  return ['connect', `The connection to ${host} failed${code === '' ? '' : ` (${code})`}.`]
}
