import { createBrowserRouter, Navigate } from 'react-router'
import { SkeletonPage } from './components/Skeleton.tsx'
import { Failure } from './shell/Failure.tsx'
import { NotFoundPage } from './shell/NotFoundPage.tsx'
import { Shell } from './shell/Shell.tsx'

/** Every address of the web app; a page's code comes when it is first opened. */
export const router = createBrowserRouter([
  {
    errorElement: (
      <main>
        <Failure />
      </main>
    ),
    hydrateFallbackElement: <SkeletonPage />,
    children: [
      { path: '/sign-in', lazy: async () => ({ Component: (await import('./access/SignInPage.tsx')).SignInPage }) },
      {
        path: '/invitation',
        lazy: async () => ({ Component: (await import('./access/InvitationPage.tsx')).InvitationPage }),
      },
      { path: '/welcome', lazy: async () => ({ Component: (await import('./access/WelcomePage.tsx')).WelcomePage }) },
      {
        path: '/',
        element: <Shell />,
        children: [
          {
            errorElement: <Failure />,
            children: [
              { index: true, element: <Navigate to="/alerts" replace /> },
              {
                path: 'alerts',
                lazy: async () => ({ Component: (await import('./alerts/AlertsPage.tsx')).AlertsPage }),
              },
              {
                path: 'alerts/:id/:tab?',
                lazy: async () => ({ Component: (await import('./alerts/AlertPage.tsx')).AlertPage }),
              },
              {
                path: 'alert-sources',
                lazy: async () => ({
                  Component: (await import('./alert-sources/AlertSourcesPage.tsx')).AlertSourcesPage,
                }),
              },
              {
                path: 'alert-sources/new',
                lazy: async () => ({ Component: (await import('./alert-sources/wizard/WizardPage.tsx')).WizardPage }),
              },
              {
                path: 'alert-sources/:id/ready',
                lazy: async () => ({ Component: (await import('./alert-sources/wizard/ReadyPage.tsx')).ReadyPage }),
              },
              {
                path: 'alert-sources/:id/:tab?',
                lazy: async () => ({
                  Component: (await import('./alert-sources/AlertSourcePage.tsx')).AlertSourcePage,
                }),
              },
              {
                path: 'schedules',
                lazy: async () => ({ Component: (await import('./schedules/SchedulesPage.tsx')).SchedulesPage }),
              },
              {
                path: 'schedules/:id/:tab?',
                lazy: async () => ({ Component: (await import('./schedules/SchedulePage.tsx')).SchedulePage }),
              },
              {
                path: 'my-on-call',
                lazy: async () => ({ Component: (await import('./duties/MyOnCallPage.tsx')).MyOnCallPage }),
              },
              {
                path: 'support-hours/:id?',
                lazy: async () => ({
                  Component: (await import('./support-hours/SupportHoursPage.tsx')).SupportHoursPage,
                }),
              },
              {
                path: 'escalation-policies',
                lazy: async () => ({ Component: (await import('./escalation/PoliciesPage.tsx')).PoliciesPage }),
              },
              {
                path: 'escalation-policies/:id',
                lazy: async () => ({ Component: (await import('./escalation/PolicyPage.tsx')).PolicyPage }),
              },
              {
                path: 'maintenance',
                lazy: async () => ({ Component: (await import('./maintenance/MaintenancePage.tsx')).MaintenancePage }),
              },
              {
                path: 'maintenance/:id',
                lazy: async () => ({ Component: (await import('./maintenance/WindowPage.tsx')).WindowPage }),
              },
              {
                path: 'heartbeats',
                lazy: async () => ({ Component: (await import('./heartbeats/HeartbeatsPage.tsx')).HeartbeatsPage }),
              },
              {
                path: 'heartbeats/:id',
                lazy: async () => ({ Component: (await import('./heartbeats/HeartbeatPage.tsx')).HeartbeatPage }),
              },
              {
                path: 'people',
                lazy: async () => ({ Component: (await import('./directory/PeoplePage.tsx')).PeoplePage }),
              },
              {
                path: 'people/:id',
                lazy: async () => ({ Component: (await import('./directory/PersonPage.tsx')).PersonPage }),
              },
              {
                path: 'profile',
                lazy: async () => ({ Component: (await import('./directory/ProfilePage.tsx')).ProfilePage }),
              },
              {
                path: 'channels',
                lazy: async () => ({ Component: (await import('./channels/ChannelsPage.tsx')).ChannelsPage }),
              },
              {
                path: 'alert-actions',
                lazy: async () => ({ Component: (await import('./alert-actions/ActionsPage.tsx')).ActionsPage }),
              },
              {
                path: 'alert-actions/:id/:tab?',
                lazy: async () => ({ Component: (await import('./alert-actions/ActionPage.tsx')).ActionPage }),
              },
              {
                path: 'teams',
                lazy: async () => ({ Component: (await import('./directory/TeamsPage.tsx')).TeamsPage }),
              },
              {
                path: 'teams/:id',
                lazy: async () => ({ Component: (await import('./directory/TeamPage.tsx')).TeamPage }),
              },
              {
                path: 'deliveries',
                lazy: async () => ({ Component: (await import('./intake/DeliveriesPage.tsx')).DeliveriesPage }),
              },
              {
                path: 'deliveries/:id',
                lazy: async () => ({ Component: (await import('./intake/DeliveryPage.tsx')).DeliveryPage }),
              },
              {
                path: 'what-if',
                lazy: async () => ({ Component: (await import('./simulation/WhatIfPage.tsx')).WhatIfPage }),
              },
              {
                path: 'self-check',
                lazy: async () => ({ Component: (await import('./watch/SelfCheckPage.tsx')).SelfCheckPage }),
              },
              { path: '*', element: <NotFoundPage /> },
            ],
          },
        ],
      },
    ],
  },
])
