// Pages work without this script. It renews what is marked as live, shows times in the viewer's zone,
// and makes the small things of forms quicker.

const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' })

function showTimes(root) {
  for (const element of root.querySelectorAll('time[datetime]')) {
    const at = new Date(element.dateTime)
    element.textContent = FULL.format(at)
    element.title = EXACT.format(at)
  }
}

let renewing = null
let isStale = false

async function renew() {
  if (renewing) {
    isStale = true
    return
  }
  renewing = fetch(location.href, { headers: { accept: 'text/html' } })
    .then(async (answer) => {
      if (!answer.ok) return
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
      showTimes(fresh)
      for (const part of document.querySelectorAll('[data-live]')) {
        const next = fresh.getElementById(part.id)
        // What somebody is typing into is not taken away from them.
        const isInUse =
          part.contains(document.activeElement) && document.activeElement.matches('input, select, textarea')
        if (next && !isInUse && !hasUnsaved(part) && next.innerHTML !== part.innerHTML) part.innerHTML = next.innerHTML
      }
    })
    .catch(() => {})
  await renewing
  renewing = null
  if (isStale) {
    isStale = false
    setTimeout(renew, 150)
  }
}

function hasUnsaved(part) {
  return [...part.querySelectorAll('textarea')].some((area) => area.value !== area.defaultValue)
}

let stream = null

function listen() {
  // A hidden page gives its connection back: a browser has only six for each host.
  if (document.hidden) {
    stream?.close()
    stream = null
    return
  }
  if (stream) return
  stream = new EventSource('/live')
  stream.addEventListener('change', renew)
  stream.addEventListener('open', renew)
}

function followAll(box) {
  const tree = box.closest('.tree')
  const all = tree.querySelector('[data-all]')
  const others = [...tree.querySelectorAll('input')].filter((one) => one !== all)
  if (box === all) for (const one of others) one.checked = all.checked
  else all.checked = others.every((one) => one.checked)
}

document.addEventListener('change', (event) => {
  if (event.target.closest('.tree')) followAll(event.target)
  if (event.target.matches('select') && event.target.closest('[data-auto-submit]')) event.target.form.requestSubmit()
})

document.addEventListener('input', (event) => {
  const list = document.getElementById(event.target.dataset?.filter ?? '')
  if (!list) return
  const words = event.target.value.trim().toLowerCase()
  let found = 0
  for (const tile of list.querySelectorAll('[data-words]')) {
    tile.hidden = !tile.dataset.words.includes(words)
    if (!tile.hidden) found += 1
  }
  list.querySelector('.nothing').hidden = found > 0
})

document.addEventListener('submit', (event) => {
  const question = event.target.dataset.confirm
  if (question && !confirm(question)) event.preventDefault()
})

document.addEventListener('click', async (event) => {
  const menu = document.querySelector('details.menu[open]')
  if (menu && !menu.contains(event.target)) menu.open = false
  const button = event.target.closest('[data-copy]')
  if (!button) return
  const input = document.getElementById(button.dataset.copy)
  input.select()
  try {
    await navigator.clipboard.writeText(input.value)
  } catch {
    document.execCommand('copy')
  }
  button.textContent = 'Copied'
})

document.addEventListener('keydown', (event) => {
  const menu = document.querySelector('details.menu[open]')
  if (event.key === 'Escape' && menu) menu.open = false
})

document.addEventListener('visibilitychange', listen)
window.addEventListener('pagehide', () => stream?.close())
window.addEventListener('pageshow', (event) => {
  if (!event.persisted) return
  stream = null
  listen()
})
showTimes(document)
if (document.querySelector('[data-live]')) listen()
