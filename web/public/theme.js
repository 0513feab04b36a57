// Before the first paint, so that a dark night does not begin with a white flash.
try {
  const theme = localStorage.getItem('tocsin.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is closed: the system's setting stands.
}
