/** How one world is lived again. */
export function replayText({ seed, days }: { seed: number; days: number }): string {
  return `  Again: npm run simulate -- --seed ${seed} --days ${days} --trace`
}
