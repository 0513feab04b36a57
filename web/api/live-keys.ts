/** The answers a live event makes stale; an empty key means all of them. */
export function keysOf(event: string, data: string): (string | number)[][] {
  const body = parse(data)
  switch (event) {
    case 'alert': {
      const id = body.id
      const everywhere = [
        ['alerts', 'list'],
        ['alerts', 'count'],
      ]
      if (typeof id !== 'number') return [['alerts']]
      const stories = ['one', 'timeline', 'trace', 'notifications', 'comments']
      return [...everywhere, ...stories.map((story) => ['alerts', story, id]), ['audit', 'alert', id]]
    }
    case 'alert-source':
      return [['alert-sources']]
    case 'delivery':
      return [['deliveries'], ['alert-sources']]
    case 'maintenance':
      return [['maintenance'], ['alert-sources']]
    case 'heartbeat':
      return [['heartbeats']]
    case 'status':
      return [['status'], ['self-check'], ['channels'], ['schedules'], ['on-calls']]
    case 'alert-action':
      return [['alert-actions']]
    case 'notice':
      return [['notices']]
    default:
      return [[]]
  }
}

function parse(data: string): { id?: unknown } {
  try {
    const value: unknown = JSON.parse(data)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
