import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import { startLive } from './app/live'
import { createQueryCache } from './app/query'
import { applySettings } from './app/settings'
import { useUi } from './app/ui-state'
import { connect } from './client'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/controls.css'
import './styles/experiments.css'
import { useToasts } from './ui/Toast'

applySettings(window)
const connection = connect(window)
const cache = createQueryCache(connection.client)
startLive({
  connection,
  cache,
  onStatus: (status) => useUi.getState().connectionChanged(status),
  onProblem: (problem) => useToasts.getState().shown({ text: problem.message }),
})

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root.')
createRoot(root).render(
  <StrictMode>
    <App api={{ client: connection.client, cache }} />
  </StrictMode>,
)
