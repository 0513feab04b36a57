import { Page } from '../components/Page.tsx'
import { DeliveryList } from './DeliveryList.tsx'

/** Everything that arrived, and what became of it. */
export function DeliveriesPage() {
  return (
    <Page title="Delivery log">
      <DeliveryList />
    </Page>
  )
}
