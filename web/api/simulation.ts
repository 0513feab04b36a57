import { useMutation } from '@tanstack/react-query'
import type * as z from 'zod'
import type { Simulation, SimulationInput } from '../../server/simulation/schema.ts'
import { call } from './client.ts'

export type SimulationRequest = z.input<typeof SimulationInput>

/** What would happen; changes nothing, and nothing is sent. */
export function useSimulation() {
  return useMutation({
    mutationFn: (input: SimulationRequest) => call<Simulation>('POST', '/simulations', input),
  })
}
