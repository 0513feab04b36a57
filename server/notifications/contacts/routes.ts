import * as z from 'zod'
import { requireRight } from '../../access/actor.ts'
import { ChannelMethod } from '../../channels/schema.ts'
import { personIdOf } from '../../directory/actions.ts'
import { EMAIL_LENGTH_MAX } from '../../directory/schema.ts'
import { personById } from '../../directory/store.ts'
import { known } from '../../http/look-up.ts'
import { actorOf, type Routes } from '../../http/route.ts'
import { Id } from '../../http/schema.ts'
import {
  addContact,
  deleteContact,
  noSuchContact,
  noSuchPerson,
  replaceContact,
  sendCode,
  sendTest,
  verifyContact,
} from './actions.ts'
import { storedAs } from './decide.ts'
import { Contact, ContactInput, ContactKind, NewContact, TargetSearch, VerifyInput } from './schema.ts'
import { contactById, contactsOf, contactView } from './store.ts'

const tags = ['Contacts']
const Person = z.object({ id: z.string().min(1).max(EMAIL_LENGTH_MAX).describe('id, e-mail address, or `current`') })
const OfKind = Person.extend({ kind: ContactKind })
const One = OfKind.extend({ contactId: Id })
const Wayward = z.object({ method: ChannelMethod.nullish() }).nullish()
const Sent = z.object({ noticeId: z.uuid().describe('its state: GET /notices/{id}') })

/** Where people can be reached. */
export const contactRoutes: Routes = (app, context) => {
  const { db, clock } = context
  const person = async (request: { params: { id: string } } & Parameters<typeof actorOf>[0]) => {
    const actor = actorOf(request)
    requireRight(actor, 'read')
    const id = await personIdOf(db, actor, request.params.id)
    known(await personById(db, id), noSuchPerson)
    return id
  }

  app.get(
    '/users/:id/contacts',
    {
      schema: {
        operationId: 'listContacts',
        summary: 'Every contact of a person',
        tags,
        params: Person,
        response: { 200: z.array(Contact) },
      },
    },
    async (request) => (await contactsOf(db, await person(request))).map(contactView),
  )
  app.get(
    '/users/:id/contacts/:kind',
    {
      schema: {
        operationId: 'listContactsOfKind',
        summary: 'The contacts of one kind',
        tags,
        params: OfKind,
        response: { 200: z.array(Contact) },
      },
    },
    async (request) => (await contactsOf(db, await person(request), storedAs(request.params.kind))).map(contactView),
  )
  app.post(
    '/users/:id/contacts/:kind',
    {
      schema: {
        operationId: 'createContact',
        summary: 'Add a contact; it is used once it is verified',
        tags,
        params: OfKind,
        body: ContactInput,
        response: { 201: NewContact },
      },
    },
    async (request, reply) => {
      const id = await person(request)
      const now = await clock.now()
      return reply
        .code(201)
        .send(await addContact(context, actorOf(request), id, request.params.kind, request.body, now))
    },
  )
  app.post(
    '/users/:id/contacts/:kind/search-target',
    {
      schema: {
        operationId: 'searchContact',
        summary: 'The contact with an address',
        tags,
        params: OfKind,
        body: TargetSearch,
        response: { 200: Contact },
      },
    },
    async (request) => {
      const target = request.body.target.trim().toLowerCase()
      const rows = await contactsOf(db, await person(request), storedAs(request.params.kind))
      return contactView(known(rows.find((row) => row.target.toLowerCase() === target) ?? null, noSuchContact))
    },
  )
  app.get(
    '/users/:id/contacts/:kind/:contactId',
    { schema: { operationId: 'getContact', summary: 'One contact', tags, params: One, response: { 200: Contact } } },
    async (request) => {
      const row = await contactById(db, await person(request), request.params.contactId)
      return contactView(known(row?.method === storedAs(request.params.kind) ? row : null, noSuchContact))
    },
  )
  app.put(
    '/users/:id/contacts/:kind/:contactId',
    {
      schema: {
        operationId: 'updateContact',
        summary: 'Replace a contact; another address must be verified anew',
        tags,
        params: One,
        body: ContactInput,
        response: { 200: Contact },
      },
    },
    async (request) => {
      const { kind, contactId } = request.params
      const id = await person(request)
      return replaceContact(context, actorOf(request), id, kind, contactId, request.body, await clock.now())
    },
  )
  app.delete(
    '/users/:id/contacts/:kind/:contactId',
    {
      schema: {
        operationId: 'deleteContact',
        summary: 'Remove a contact and the rules that name it',
        tags,
        params: One,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { kind, contactId } = request.params
      await deleteContact(context, actorOf(request), await person(request), kind, contactId, await clock.now())
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/users/:id/contacts/:kind/:contactId/send-code',
    {
      schema: {
        operationId: 'sendContactCode',
        summary: 'Send the contact a code; also mends one that is broken',
        tags,
        params: One,
        body: Wayward,
        response: { 202: Sent },
      },
    },
    async (request, reply) => {
      const { kind, contactId } = request.params
      const id = await person(request)
      const method = request.body?.method ?? null
      return reply
        .code(202)
        .send(await sendCode(context, actorOf(request), id, kind, contactId, method, await clock.now()))
    },
  )
  app.post(
    '/users/:id/contacts/:kind/:contactId/verify',
    {
      schema: {
        operationId: 'verifyContact',
        summary: 'Give the code that was sent',
        tags,
        params: One,
        body: VerifyInput,
        response: { 200: Contact },
      },
    },
    async (request) => {
      const { kind, contactId } = request.params
      const id = await person(request)
      return verifyContact(context, actorOf(request), id, kind, contactId, request.body.code, await clock.now())
    },
  )
  app.post(
    '/users/:id/contacts/:kind/:contactId/test',
    {
      schema: {
        operationId: 'testContact',
        summary: 'Send a test notification',
        tags,
        params: One,
        body: Wayward,
        response: { 202: Sent },
      },
    },
    async (request, reply) => {
      const { kind, contactId } = request.params
      const id = await person(request)
      const method = request.body?.method ?? null
      return reply
        .code(202)
        .send(await sendTest(context, actorOf(request), id, kind, contactId, method, await clock.now()))
    },
  )
}
