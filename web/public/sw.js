// Takes pushes with the app closed, and answers from the notification.
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('push', (event) => {
  const message = read(event.data)
  event.waitUntil(
    self.registration.showNotification(message.title, {
      body: message.text,
      tag: message.tag,
      renotify: true,
      requireInteraction: message.isUrgent === true,
      icon: '/bell.svg',
      data: { url: message.url, answers: message.answers },
      actions: message.answers.slice(0, 2).map((one) => ({ action: one.verb, title: one.label })),
    }),
  )
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const { url, answers } = event.notification.data
  const chosen = answers.find((one) => one.verb === event.action)
  event.waitUntil(chosen ? answer(chosen, url) : open(url))
})

/** The answer's address names the message: no session is needed. What came of it is shown. */
async function answer(chosen, url) {
  try {
    const { pathname } = new URL(chosen.url)
    const result = await fetch(pathname, { method: 'POST', body: new URLSearchParams({ do: chosen.verb }) })
    const page = await result.text()
    const title = /<h1>([^<]*)<\/h1>/.exec(page)?.[1] ?? chosen.label
    await self.registration.showNotification(title, { icon: '/bell.svg', data: { url, answers: [] } })
  } catch {
    // Away: the page asks again.
    await open(chosen.url)
  }
}

async function open(url) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const { pathname } = new URL(url, self.location.origin)
  const near = windows.find((one) => new URL(one.url).origin === self.location.origin)
  if (near) {
    await near.focus()
    return near.navigate(pathname)
  }
  return self.clients.openWindow(pathname)
}

function read(data) {
  try {
    const value = data.json()
    return { title: String(value.title), text: '', url: '/alerts', tag: '', answers: [], ...value }
  } catch {
    return { title: 'Tocsin', text: '', url: '/alerts', tag: '', answers: [] }
  }
}
