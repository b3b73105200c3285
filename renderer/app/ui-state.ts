import { create } from 'zustand'
import type { ConnectionStatus } from '../transport/types'

type Overlay = 'palette' | 'help' | 'add-host'

interface UiState {
  connection: ConnectionStatus
  overlay: Overlay | null
  connectionChanged(connection: ConnectionStatus): void
  overlayOpened(overlay: Overlay): void
  overlayClosed(): void
}

/** What the window itself is doing; nothing of the experiments lives here. */
export const useUi = create<UiState>((set) => ({
  connection: 'connecting',
  overlay: null,
  connectionChanged: (connection) => set({ connection }),
  overlayOpened: (overlay) => set({ overlay }),
  overlayClosed: () => set({ overlay: null }),
}))
