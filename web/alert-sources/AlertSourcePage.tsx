import { BellRing } from 'lucide-react'
import { useParams } from 'react-router'
import type { AlertSource, Integration } from '../../server/alert-sources/schema.ts'
import { AlertList } from '../alerts/AlertList.tsx'
import { useAlertSource, useIntegrations } from '../api/alert-sources.ts'
import { AuditTab } from '../audit/AuditList.tsx'
import { Answer } from '../components/Answer.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { Monogram } from '../components/Monogram.tsx'
import { Notice } from '../components/Notice.tsx'
import { Page } from '../components/Page.tsx'
import { SkeletonPage } from '../components/Skeleton.tsx'
import { TabLinks } from '../components/TabLinks.tsx'
import { DeliveryList } from '../intake/DeliveryList.tsx'
import { MaintenanceNotice } from '../maintenance/ImmediateMaintenance.tsx'
import { NotFoundPage } from '../shell/NotFoundPage.tsx'
import { WhatIfLink } from '../simulation/WhatIfLink.tsx'
import { BehaviourTab } from './fourme/BehaviourTab.tsx'
import { ComparisonTab } from './fourme/ComparisonTab.tsx'
import { IntegrationTab } from './IntegrationTab.tsx'
import { RulesTab } from './rules/RulesTab.tsx'
import { SettingsTab } from './SettingsTab.tsx'
import { SourceStatusMark } from './SourceStatusMark.tsx'

const FOURME = 'FOURME'

/** One alert source and everything about it. */
export function AlertSourcePage() {
  const params = useParams()
  const id = Number(params.id)
  const query = useAlertSource(id)
  const integrations = useIntegrations()
  return (
    <Answer query={query} skeleton={<SkeletonPage />} missing={<NotFoundPage what="alert source" />}>
      {(source) => (
        <Answer query={integrations} skeleton={<SkeletonPage />}>
          {(all) => (
            <SourceView
              source={source}
              integration={all.find((one) => one.type === source.integrationType)}
              tab={params.tab ?? ''}
            />
          )}
        </Answer>
      )}
    </Answer>
  )
}

type Props = { source: AlertSource; integration: Integration | undefined; tab: string }

function SourceView({ source, integration, tab }: Props) {
  const base = `/alert-sources/${source.id}`
  const tabs = [
    { to: base, label: 'Settings' },
    { to: `${base}/alerts`, label: 'Alerts' },
    { to: `${base}/deliveries`, label: 'Delivery log' },
    ...(integration && !integration.isOwn ? [{ to: `${base}/rules`, label: 'Templates and filter' }] : []),
    ...(integration?.settingsTitle ? [{ to: `${base}/integration`, label: integration.settingsTitle }] : []),
    ...(integration?.type === FOURME
      ? [
          { to: `${base}/behaviour`, label: 'Behaviour' },
          { to: `${base}/comparison`, label: 'In step' },
        ]
      : []),
    { to: `${base}/changes`, label: 'Changes' },
  ]
  return (
    <Page
      title={source.name}
      back={{ to: '/alert-sources', label: 'Alert sources' }}
      mark={<Monogram letters={integration?.monogram ?? '··'} />}
      actions={
        <>
          <SourceStatusMark status={source.status} />
          <WhatIfLink source={source.id} />
        </>
      }
      tabs={<TabLinks label={source.name} tabs={tabs} />}
    >
      {source.maintenance && (
        <div className="max-w-page px-4 pt-4 md:px-6">
          <MaintenanceNotice source={source} />
        </div>
      )}
      {source.warnings.length > 0 && (
        <div className="grid max-w-page gap-2 px-4 pt-4 md:px-6">
          {source.warnings.map((warning) => (
            <Notice key={warning.code} tone="caution">
              {warning.text}
            </Notice>
          ))}
        </div>
      )}
      <Tab source={source} integration={integration} tab={tab} />
    </Page>
  )
}

function Tab({ source, integration, tab }: Props) {
  if (tab === '') return <SettingsTab key={source.id} source={source} integration={integration} />
  if (tab === 'integration' && integration?.settingsTitle)
    return <IntegrationTab key={source.id} source={source} integration={integration} />
  if (tab === 'behaviour' && integration?.type === FOURME)
    return <BehaviourTab key={source.id} source={source} integration={integration} />
  if (tab === 'comparison' && integration?.type === FOURME) return <ComparisonTab key={source.id} source={source} />
  if (tab === 'rules' && integration && !integration.isOwn)
    return <RulesTab key={source.id} source={source} integration={integration} />
  if (tab === 'alerts') return <AlertList filter={{ source: source.id }} empty={<NoAlerts />} />
  if (tab === 'deliveries') return <DeliveryList source={source.id} />
  if (tab === 'changes') return <AuditTab type="alert-source" id={source.id} />
  return <NotFoundPage />
}

function NoAlerts() {
  return (
    <EmptyState
      icon={BellRing}
      title="No alerts yet"
      text="What this source sends appears here the second it arrives."
    />
  )
}
