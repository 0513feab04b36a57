import { ExternalValue, useExternalValue } from '../api/external-value.ts'

export type Theme = 'light' | 'dark'
const KEY = 'tocsin.theme'

const night = window.matchMedia('(prefers-color-scheme: dark)')
const systemTheme = (): Theme => (night.matches ? 'dark' : 'light')

function chosenTheme(): Theme | null {
  const chosen = document.documentElement.dataset.theme
  return chosen === 'light' || chosen === 'dark' ? chosen : null
}

const current = new ExternalValue<Theme>(chosenTheme() ?? systemTheme())
night.addEventListener('change', () => current.set(chosenTheme() ?? systemTheme()))

/** Day or night: the system's setting until somebody chooses the other. */
export function useTheme(): { theme: Theme; toggle: () => void } {
  const theme = useExternalValue(current)
  return { theme, toggle: () => choose(theme === 'dark' ? 'light' : 'dark') }
}

function choose(theme: Theme): void {
  // Back to what the system says: follow it again.
  const followsSystem = theme === systemTheme()
  if (followsSystem) delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  try {
    if (followsSystem) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, theme)
  } catch {
    // Storage is closed: the choice lasts as long as the page.
  }
  current.set(theme)
}
