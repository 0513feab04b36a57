const $ = (id) => document.getElementById(id)
const read = new Set(JSON.parse(sessionStorage.getItem('read') ?? '[]'))
const SHORT = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' })

let messages = []
let chosen = null
let view = 'html'

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

function shortTime(iso) {
  const at = new Date(iso)
  return at.toDateString() === new Date().toDateString() ? SHORT.format(at) : DAY.format(at)
}

function rowOf(message) {
  const row = element('li')
  row.dataset.id = message.id
  row.toggleAttribute('data-read', read.has(message.id))
  const time = element('time', { dateTime: message.receivedAt, textContent: shortTime(message.receivedAt) })
  time.title = FULL.format(new Date(message.receivedAt))
  const button = element(
    'button',
    { type: 'button' },
    element('b', { textContent: message.subject || '(no subject)' }),
    time,
    element('span', { textContent: `To ${message.to.join(', ')}` }),
    element('span', { textContent: message.text.replace(/\s+/g, ' ').slice(0, 120) }),
  )
  if (message.id === chosen?.id) button.setAttribute('aria-current', 'true')
  button.addEventListener('click', () => choose(message))
  row.append(button)
  return row
}

function showList() {
  const words = $('search').value.trim().toLowerCase()
  const found = messages.filter((one) =>
    `${one.subject}\n${one.from}\n${one.to.join(' ')}\n${one.text}`.toLowerCase().includes(words),
  )
  $('messages').replaceChildren(...found.map(rowOf))
  $('empty').hidden = found.length > 0
  $('empty').textContent =
    messages.length === 0 ? 'No mails yet. They appear here as they arrive.' : 'No mail matches the search.'
  $('count').textContent = messages.length === 0 ? '' : String(messages.length)
  $('clear').disabled = messages.length === 0
}

function choose(message) {
  chosen = message
  if (message) {
    read.add(message.id)
    sessionStorage.setItem('read', JSON.stringify([...read].slice(-500)))
    view = message.html === null ? 'text' : 'html'
  }
  history.replaceState(null, '', message ? `#${message.id}` : location.pathname)
  showList()
  showReader()
}

function showReader() {
  $('reader').hidden = !chosen
  $('placeholder').hidden = Boolean(chosen)
  document.body.toggleAttribute('data-reading', Boolean(chosen))
  if (!chosen) return
  $('subject').textContent = chosen.subject || '(no subject)'
  const heads = [
    ['From', chosen.from],
    ['To', chosen.to.join(', ')],
    ['Received', FULL.format(new Date(chosen.receivedAt))],
  ]
  $('heads').replaceChildren(
    ...heads.flatMap(([name, value]) => [element('dt', { textContent: name }), element('dd', { textContent: value })]),
  )
  $('tab-html').disabled = chosen.html === null
  showBody()
}

function withLinks(text) {
  return text
    .split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])/)
    .map((part, index) =>
      index % 2 === 1 ? element('a', { href: part, target: '_blank', rel: 'noopener', textContent: part }) : part,
    )
}

async function showBody() {
  const message = chosen
  for (const tab of document.querySelectorAll('[role="tab"]')) {
    const isChosen = tab.dataset.view === view
    tab.setAttribute('aria-selected', String(isChosen))
    tab.tabIndex = isChosen ? 0 : -1
    if (isChosen) $('body').setAttribute('aria-labelledby', tab.id)
  }
  const address = `/api/messages/${encodeURIComponent(message.id)}`
  if (view === 'html') {
    const frame = element('iframe', { title: 'Mail', src: `${address}/html` })
    frame.setAttribute('sandbox', 'allow-popups allow-popups-to-escape-sandbox')
    $('body').replaceChildren(frame)
    return
  }
  const parts = view === 'text' ? withLinks(message.text) : [await (await fetch(`${address}/raw`)).text()]
  if (chosen === message) $('body').replaceChildren(element('pre', { tabIndex: 0 }, ...parts))
}

function showFaults(faults) {
  const form = $('faults')
  for (const name of ['mode', 'code', 'slowMs']) form.elements[name].value = String(faults[name])
  form.elements.remaining.value = faults.remaining ?? ''
  const button = $('faults-button')
  button.toggleAttribute('data-on', faults.mode !== 'none')
  button.textContent =
    faults.mode === 'none' ? 'Faults' : `Fault: ${faults.mode}${faults.remaining ? ` × ${faults.remaining}` : ''}`
  showFaultFields()
}

function showFaultFields() {
  const mode = $('faults').elements.mode.value
  for (const label of document.querySelectorAll('[data-for]')) {
    label.hidden = label.dataset.for === 'any' ? mode === 'none' : label.dataset.for !== mode
  }
}

async function load() {
  messages = await (await fetch('/api/messages')).json()
  showFaults(await (await fetch('/api/faults')).json())
  const wanted = location.hash.slice(1)
  if (chosen) chosen = messages.find((one) => one.id === chosen.id) ?? null
  else if (wanted) chosen = messages.find((one) => one.id === wanted) ?? null
  showList()
  // The mail that is being read stays as it is.
  if ($('reader').hidden === Boolean(chosen)) showReader()
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
stream.addEventListener('arrived', (event) => {
  const message = JSON.parse(event.data)
  messages = [message, ...messages.filter((one) => one.id !== message.id)]
  showList()
})
stream.addEventListener('removed', (event) => {
  const ids = new Set(JSON.parse(event.data))
  messages = messages.filter((one) => !ids.has(one.id))
  if (chosen && ids.has(chosen.id)) choose(null)
  else showList()
})
stream.addEventListener('faults', (event) => showFaults(JSON.parse(event.data)))

$('search').addEventListener('input', showList)
$('back').addEventListener('click', () => choose(null))
$('delete').addEventListener('click', () =>
  fetch(`/api/messages/${encodeURIComponent(chosen.id)}`, { method: 'DELETE' }),
)
$('clear').addEventListener('click', () => {
  if (confirm('Delete all mails?')) fetch('/api/messages', { method: 'DELETE' })
})
$('faults-button').addEventListener('click', () => {
  $('faults').hidden = !$('faults').hidden
  $('faults-button').setAttribute('aria-expanded', String(!$('faults').hidden))
})
$('faults').addEventListener('change', showFaultFields)
$('faults').addEventListener('submit', async (event) => {
  event.preventDefault()
  const { mode, code, slowMs, remaining } = event.target.elements
  const change = {
    mode: mode.value,
    code: Number(code.value),
    slowMs: Number(slowMs.value),
    remaining: mode.value === 'none' || remaining.value === '' ? null : Number(remaining.value),
  }
  const headers = { 'content-type': 'application/json' }
  await fetch('/api/faults', { method: 'PUT', headers, body: JSON.stringify(change) })
})
for (const tab of document.querySelectorAll('[role="tab"]')) {
  tab.addEventListener('click', () => {
    view = tab.dataset.view
    showBody()
  })
}
document.querySelector('[role="tablist"]').addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return
  const tabs = [...document.querySelectorAll('[role="tab"]:not(:disabled)')]
  const step = event.key === 'ArrowRight' ? 1 : -1
  const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length]
  next.focus()
  next.click()
})
