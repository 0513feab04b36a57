/** How many alerts, in words. */
export function alertsText(count: number): string {
  return count === 1 ? '1 alert' : `${count} alerts`
}
