const $ = (id) => document.getElementById(id)
const SHORT = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const KINDS = { sms: 'SMS', call: 'Call', push: 'Push', chat: 'Chat', webhook: 'Webhook' }
const STATES = {
  ringing: 'It rings…',
  talking: 'You are on the line.',
  over: 'The call is over.',
  missed: 'Nobody picked up.',
}
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

let entries = []
const read = new Set()
let chosen = null

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

function button(label, onClick, className = '') {
  const made = element('button', { type: 'button', textContent: label, className })
  made.addEventListener('click', onClick)
  return made
}

function rowOf(entry) {
  const time = element('time', { dateTime: entry.at, textContent: SHORT.format(new Date(entry.at)) })
  const made = element(
    'button',
    { type: 'button' },
    element('b', { textContent: entry.title || entry.text.slice(0, 80) || KINDS[entry.kind] }),
    time,
    element('span', { textContent: `${KINDS[entry.kind]} · ${entry.app} · to ${entry.to}` }),
  )
  if (entry.id === chosen?.id) made.setAttribute('aria-current', 'true')
  made.addEventListener('click', () => choose(entry))
  const row = element('li', {}, made)
  row.toggleAttribute('data-read', read.has(entry.id))
  return row
}

function showList() {
  const words = $('search').value.trim().toLowerCase()
  const found = entries.filter((one) => `${one.app} ${one.to} ${one.title} ${one.text}`.toLowerCase().includes(words))
  $('messages').replaceChildren(...found.map(rowOf))
  $('empty').hidden = found.length > 0
  $('empty').textContent =
    entries.length === 0 ? 'No messages yet. They appear here as they arrive.' : 'No message matches the search.'
  $('clear').disabled = entries.length === 0
}

function choose(entry) {
  chosen = entry
  if (entry) read.add(entry.id)
  showList()
  show()
}

function show() {
  $('reader').hidden = !chosen
  $('placeholder').hidden = Boolean(chosen)
  document.body.toggleAttribute('data-reading', Boolean(chosen))
  if (!chosen) return
  $('app').textContent = chosen.app
  $('who').textContent = chosen.from ? `${chosen.from} to ${chosen.to}` : `To ${chosen.to}`
  const first = element('div', { className: 'bubble' })
  if (chosen.title) first.append(element('b', { textContent: chosen.title }))
  first.append(chosen.text)
  const state = chosen.state ? [element('p', { className: 'state', textContent: STATES[chosen.state] })] : []
  const talk = chosen.talk.map((one) => element('div', { className: `bubble ${one.who}`, textContent: one.text }))
  $('talk').replaceChildren(first, ...state, ...talk)
  $('controls').replaceChildren(...controlsOf(chosen))
  $('talk').scrollTop = $('talk').scrollHeight
}

function controlsOf(entry) {
  if (entry.kind === 'call') return callControls(entry)
  const buttons = entry.buttons.map((one, index) =>
    one.kind === 'open'
      ? element('a', { className: 'button', href: one.url, target: '_blank', rel: 'noopener', textContent: one.label })
      : button(one.label, () => act('press', { button: index })),
  )
  const row = buttons.length > 0 ? [element('div', { className: 'row' }, ...buttons)] : []
  const canReply = entry.kind === 'sms' || entry.app === 'Telegram'
  return canReply ? [...row, replyForm()] : row
}

function replyForm() {
  const input = element('input', { name: 'text', placeholder: 'Reply, e.g. 1', autocomplete: 'off' })
  input.setAttribute('aria-label', 'Reply')
  const form = element(
    'form',
    { className: 'row' },
    input,
    element('button', { type: 'submit', textContent: 'Send', className: 'primary' }),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (input.value.trim() !== '') act('reply', { text: input.value })
  })
  return form
}

function callControls(entry) {
  if (entry.state === 'ringing') {
    return [
      element(
        'div',
        { className: 'row' },
        button('Pick up', () => act('pick-up'), 'primary'),
        button('Decline', () => act('hang-up')),
        button('Let it ring', () => act('ring-out')),
      ),
    ]
  }
  if (entry.state !== 'talking') return []
  const keys = entry.takesKeys
    ? [element('div', { className: 'keypad' }, ...KEYS.map((key) => button(key, () => act('keys', { digits: key }))))]
    : []
  return [...keys, button('Hang up', () => act('hang-up'))]
}

async function act(verb, body = {}) {
  const headers = { 'content-type': 'application/json' }
  await fetch(`/api/phone/${chosen.id}/${verb}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

function showFaults(faults) {
  const on = Object.entries(faults).filter(([, one]) => one.mode !== 'none')
  $('faults-button').toggleAttribute('data-on', on.length > 0)
  $('faults-button').textContent =
    on.length === 0 ? 'Faults' : `Faults: ${on.map(([name, one]) => `${name} ${one.mode}`).join(', ')}`
  $('faults').elements.mode.value = faults[$('faults').elements.provider.value]?.mode ?? 'none'
}

async function load() {
  entries = await (await fetch('/api/phone')).json()
  showFaults(await (await fetch('/api/phone-faults')).json())
  chosen = entries.find((one) => one.id === chosen?.id) ?? null
  showList()
  show()
}

const stream = new EventSource('/api/live')
stream.addEventListener('open', () => {
  $('live').textContent = 'Live'
  $('live').dataset.state = 'open'
  load()
})
stream.addEventListener('error', () => {
  $('live').textContent = 'Reconnecting'
  $('live').dataset.state = 'lost'
})
stream.addEventListener('phone', (event) => {
  const entry = JSON.parse(event.data)
  const isNew = !entries.some((one) => one.id === entry.id)
  entries = isNew ? [entry, ...entries] : entries.map((one) => (one.id === entry.id ? entry : one))
  if (chosen?.id === entry.id) choose(entry)
  else showList()
})
stream.addEventListener('phone-cleared', () => {
  entries = []
  choose(null)
})
stream.addEventListener('phone-faults', (event) => showFaults(JSON.parse(event.data)))

$('search').addEventListener('input', showList)
$('back').addEventListener('click', () => choose(null))
$('clear').addEventListener('click', () => {
  if (confirm('Delete all messages?')) fetch('/api/phone', { method: 'DELETE' })
})
$('browser').addEventListener('click', async () => {
  const made = await (await fetch('/api/phone-browsers', { method: 'POST' })).json()
  $('subscription').hidden = false
  $('subscription').textContent = `A browser whose pushes end here. Its subscription: ${JSON.stringify(made)}`
})
$('faults-button').addEventListener('click', () => {
  $('faults').hidden = !$('faults').hidden
  $('faults-button').setAttribute('aria-expanded', String(!$('faults').hidden))
})
$('provider').addEventListener('change', async () => showFaults(await (await fetch('/api/phone-faults')).json()))
$('faults').addEventListener('submit', async (event) => {
  event.preventDefault()
  const { provider, mode, remaining } = event.target.elements
  const change = {
    provider: provider.value,
    mode: mode.value,
    remaining: mode.value === 'none' || remaining.value === '' ? null : Number(remaining.value),
  }
  const headers = { 'content-type': 'application/json' }
  await fetch('/api/phone-faults', { method: 'PUT', headers, body: JSON.stringify(change) })
})
