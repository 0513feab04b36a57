import type { IntegrationExample } from '../../contract.ts'
import { ann, envelope, event, example, serviceDesk, xurrentHeaders } from './build.ts'

const created = envelope('request.create', 70470, {
  audit_line_id: 71960,
  audit_line_nodeID: 'NG1lLmNvbS9BdWRpdExpbmUvNzE5NjA',
  note_id: 3455,
  note_nodeID: 'NG1lLmNvbS9Ob3RlLzM0NTU',
  source: 'Self Service',
  status: 'assigned',
  team: serviceDesk,
})
const lenient = {
  webhook_id: 2,
  account_id: 'acme',
  account: 'https://acme.4me.com',
  name: 'request.create',
  event: 'request.create',
  object_id: 70470,
  person_id: 6,
  person_name: 'Howard Tanner',
  payload: { audit_line_id: 71960, status: 'assigned', team: { id: 14, name: 'Service Desk' } },
}
const renamed = envelope(
  'request.update',
  '70470',
  { audit_line_id: '71961', status: 'accepted', team: serviceDesk, member: ann },
  { webhook_id: '220', account: 'https://acme.xurrent.com', instance_name: 'acme_oncall', a_key_of_tomorrow: { x: 1 } },
)
const completed = envelope('request.update', 70470, {
  audit_line_id: 71970,
  status: 'completed',
  team: serviceDesk,
  member: ann,
})
const started = envelope('request.status-changed', 70470, {
  audit_line_id: 71962,
  status: 'in_progress',
  previous_status: 'accepted',
  team: serviceDesk,
  member: ann,
})
const noted = envelope('request.note-added', 70470, { note_id: 3460, status: 'assigned', team: serviceDesk })
const waiting = envelope('request.update', 70470, {
  audit_line_id: 71963,
  status: 'waiting_for',
  team: serviceDesk,
  member: ann,
})
const declined = envelope(
  'request.update',
  70470,
  { audit_line_id: 71964, status: 'declined' },
  { person_id: null, person_nodeID: null, person_name: null },
)
const novel = envelope('request.update', 70470, { audit_line_id: 71965, status: 'on_the_moon', team: serviceDesk })
const solvedRequest = envelope('request.update', 70470, { audit_line_id: 71966, status: 'solved', team: serviceDesk })
const problem = envelope('problem.create', 332, { audit_line_id: 71980, status: 'assigned', team: serviceDesk })
const analyzed = envelope('problem.update', 332, {
  status: 'analyzed',
  team: serviceDesk,
  member: ann,
  audit_line_id: 71981,
  audit_line_nodeID: 'NG1lLmNvbS9BdWRpdExpbmUvNzE5ODE',
})
const solved = envelope('problem.update', 332, {
  audit_line_id: 71982,
  status: 'solved',
  team: serviceDesk,
  member: ann,
})
const test = envelope('request.create', 12345, { audit_line_id: 1, status: 'assigned', team: serviceDesk })
const neighbour = envelope(
  'request.create',
  70470,
  { audit_line_id: 71960, status: 'assigned', team: serviceDesk },
  { account_id: 'acme-it', account: 'https://acme-it.4me.com' },
)
const desk = { team: 'Service Desk', person: 'Howard Tanner' }

/** What happens to requests and problems. */
export const recordExamples: IntegrationExample[] = [
  example(
    'a request is created',
    created,
    event('request.create', created, {
      source: 'Self Service',
      type: 'ALERT',
      version: 71960,
      birth: true,
      status: 'assigned',
      text: '4me: request 70470 created by Howard Tanner, status assigned, team Service Desk',
      summary: 'Request 70470, assigned to Service Desk',
      labels: { ...desk, status: 'assigned' },
    }),
  ),
  example(
    'the short form of the documentation, without nodeIDs and accounts',
    lenient,
    event('request.create', lenient, {
      type: 'ALERT',
      version: 71960,
      birth: true,
      status: 'assigned',
      text: '4me: request 70470 created by Howard Tanner, status assigned, team Service Desk',
      summary: 'Request 70470, assigned to Service Desk',
      labels: { ...desk, status: 'assigned' },
    }),
  ),
  example(
    "the renamed vendor's spelling, with ids as text and keys nobody knows",
    renamed,
    event('request.update', renamed, {
      type: 'ACCEPT',
      version: 71961,
      status: 'accepted',
      text: '4me: request 70470 updated by Howard Tanner, status accepted, team Service Desk, member Ann Lee',
      summary: 'Request 70470, assigned to Ann Lee (Service Desk)',
      labels: { ...desk, member: 'Ann Lee', status: 'accepted' },
    }),
    xurrentHeaders,
  ),
  example(
    'somebody starts to work on a request',
    started,
    event('request.status-changed', started, {
      type: 'ACCEPT',
      version: 71962,
      status: 'in_progress',
      text: '4me: request 70470 changed by Howard Tanner, status accepted → in_progress, team Service Desk, member Ann Lee',
      summary: 'Request 70470, assigned to Ann Lee (Service Desk)',
      labels: { ...desk, member: 'Ann Lee', status: 'in_progress' },
    }),
  ),
  example(
    'a note is added, which leaves no audit line',
    noted,
    event('request.note-added', noted, {
      type: 'ALERT',
      version: null,
      status: 'assigned',
      text: '4me: request 70470 got a note by Howard Tanner, status assigned, team Service Desk',
      summary: 'Request 70470, assigned to Service Desk',
      labels: { ...desk, status: 'assigned' },
    }),
  ),
  example(
    'a request that waits is still open',
    waiting,
    event('request.update', waiting, {
      type: 'ALERT',
      version: 71963,
      status: 'waiting_for',
      text: '4me: request 70470 updated by Howard Tanner, status waiting_for, team Service Desk, member Ann Lee',
      summary: 'Request 70470, assigned to Ann Lee (Service Desk)',
      labels: { ...desk, member: 'Ann Lee', status: 'waiting_for' },
    }),
  ),
  example(
    'a declined request is handed back, and open; the system did it, not a person',
    declined,
    event('request.update', declined, {
      type: 'ALERT',
      version: 71964,
      status: 'declined',
      text: '4me: request 70470 updated, status declined',
      summary: 'Request 70470',
      labels: { status: 'declined' },
    }),
  ),
  example(
    'a request is completed',
    completed,
    event('request.update', completed, {
      type: 'RESOLVE',
      version: 71970,
      status: 'completed',
      text: '4me: request 70470 updated by Howard Tanner, status completed, team Service Desk, member Ann Lee',
      summary: 'Request 70470, assigned to Ann Lee (Service Desk)',
      labels: { ...desk, member: 'Ann Lee', status: 'completed' },
    }),
  ),
  example(
    'an unknown status is recorded with a warning, and changes nothing',
    novel,
    event('request.update', novel, {
      type: 'NONE',
      version: 71965,
      status: 'on_the_moon',
      warning: {
        code: '4me-unknown-status-request',
        text: '4me sent the status "on_the_moon" of a request, which the status table does not know. It had no effect: say in the table what it means.',
      },
      text: '4me: request 70470 updated by Howard Tanner, status on_the_moon, team Service Desk. Warning: "on_the_moon" is no known status of a request.',
      summary: 'Request 70470, assigned to Service Desk',
      labels: { ...desk, status: 'on_the_moon' },
    }),
  ),
  example(
    'solved is a status of problems, not of requests',
    solvedRequest,
    event('request.update', solvedRequest, {
      type: 'NONE',
      version: 71966,
      status: 'solved',
      warning: {
        code: '4me-unknown-status-request',
        text: '4me sent the status "solved" of a request, which the status table does not know. It had no effect: say in the table what it means.',
      },
      text: '4me: request 70470 updated by Howard Tanner, status solved, team Service Desk. Warning: "solved" is no known status of a request.',
      summary: 'Request 70470, assigned to Service Desk',
      labels: { ...desk, status: 'solved' },
    }),
  ),
  example(
    'a problem is created',
    problem,
    event('problem.create', problem, {
      type: 'ALERT',
      record: 'problem',
      id: '332',
      version: 71980,
      birth: true,
      status: 'assigned',
      text: '4me: problem 332 created by Howard Tanner, status assigned, team Service Desk',
      summary: 'Problem 332, assigned to Service Desk',
      labels: { ...desk, status: 'assigned' },
    }),
  ),
  example(
    'an analysed problem is still open',
    analyzed,
    event('problem.update', analyzed, {
      type: 'ALERT',
      record: 'problem',
      id: '332',
      version: 71981,
      status: 'analyzed',
      text: '4me: problem 332 updated by Howard Tanner, status analyzed, team Service Desk, member Ann Lee',
      summary: 'Problem 332, assigned to Ann Lee (Service Desk)',
      labels: { ...desk, member: 'Ann Lee', status: 'analyzed' },
    }),
  ),
  example(
    'a problem is solved',
    solved,
    event('problem.update', solved, {
      type: 'RESOLVE',
      record: 'problem',
      id: '332',
      version: 71982,
      status: 'solved',
      text: '4me: problem 332 updated by Howard Tanner, status solved, team Service Desk, member Ann Lee',
      summary: 'Problem 332, assigned to Ann Lee (Service Desk)',
      labels: { ...desk, member: 'Ann Lee', status: 'solved' },
    }),
  ),
  example(
    "4me's test delivery counts only when there is such a record",
    test,
    event('request.create', test, {
      type: 'ALERT',
      id: '12345',
      version: 1,
      birth: true,
      status: 'assigned',
      text: '4me: request 12345 created by Howard Tanner, status assigned, team Service Desk',
      summary: 'Request 12345, assigned to Service Desk',
      labels: { ...desk, status: 'assigned' },
      onlyIfFound: { rule: 'test-delivery', reason: "4me's test delivery: there is no request 12345." },
    }),
  ),
  example(
    'a record of another account of the organisation keeps its own account',
    neighbour,
    event('request.create', neighbour, {
      type: 'ALERT',
      account: 'acme-it',
      version: 71960,
      birth: true,
      status: 'assigned',
      text: '4me: request 70470 created by Howard Tanner, status assigned, team Service Desk',
      summary: 'Request 70470, assigned to Service Desk',
      labels: { ...desk, status: 'assigned' },
    }),
  ),
]
