import { emptyDraft, parseDraft, type WizardDraft } from './draft.ts'

const KEY = 'tocsin.alert-source-draft'

/** The draft of this tab. */
export function loadDraft(): WizardDraft {
  try {
    return parseDraft(sessionStorage.getItem(KEY))
  } catch {
    return emptyDraft
  }
}

/** Keeps the draft for a reload; null forgets it. */
export function keepDraft(draft: WizardDraft | null): void {
  try {
    if (draft === null) sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, JSON.stringify(draft))
  } catch {
    // Storage is closed: the draft lives as long as the page.
  }
}
