/** Where to go after signing in: a path of ours, never another site. */
export function returnPath(next: string | null): string {
  if (!next?.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/alerts'
  return next
}
