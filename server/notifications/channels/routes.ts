import * as z from 'zod'
import { requireRight } from '../../access/actor.ts'
import { ChannelMethod } from '../../channels/schema.ts'
import { actorOf, type Routes } from '../../http/route.ts'
import { channelStates, pushKey, resetChannel, setUpChannel, testChannel } from './actions.ts'
import { ChannelSettingsInput, ChannelState, PushKey } from './schema.ts'

const tags = ['Channels']
const One = z.object({ method: ChannelMethod })

/** The ways messages can go, and how they are set up. */
export const channelRoutes: Routes = (app, context) => {
  const { db, clock, secrets, channels, links } = context
  app.get(
    '/channels',
    {
      schema: {
        operationId: 'listChannels',
        summary: 'Every channel and how it is set up',
        tags,
        response: { 200: z.array(ChannelState) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return channelStates(channels, links)
    },
  )
  app.put(
    '/channels/:method',
    {
      schema: {
        operationId: 'putChannel',
        summary: 'Set a channel up; a secret that is left out stays',
        tags,
        params: One,
        body: ChannelSettingsInput,
        response: { 200: z.array(ChannelState) },
      },
    },
    async (request) => {
      await setUpChannel(context, actorOf(request), request.params.method, request.body.settings, await clock.now())
      return channelStates(channels, links)
    },
  )
  app.delete(
    '/channels/:method',
    {
      schema: {
        operationId: 'deleteChannel',
        summary: 'Forget how a channel was set up; the environment counts again',
        tags,
        params: One,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await resetChannel(context, actorOf(request), request.params.method, await clock.now())
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/channels/:method/test-connection',
    {
      schema: {
        operationId: 'testChannel',
        summary: 'Ask the provider whether it would take messages',
        tags,
        params: One,
        response: { 200: z.object({ ok: z.boolean(), text: z.string() }) },
      },
    },
    async (request) => {
      const trouble = await testChannel(context, actorOf(request), request.params.method)
      return { ok: trouble === null, text: trouble ?? 'It would take messages now.' }
    },
  )
  app.get(
    '/push-key',
    {
      schema: {
        operationId: 'getPushKey',
        summary: 'What a browser needs to receive messages',
        tags,
        response: { 200: PushKey },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return { publicKey: await pushKey(db, secrets) }
    },
  )
}
