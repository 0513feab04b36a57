import { DAMAGES, shortRuns } from './short-runs.ts'

shortRuns(DAMAGES)
