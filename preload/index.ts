import { contextBridge, ipcRenderer, webUtils } from 'electron'

contextBridge.exposeInMainWorld('headroom', {
  call: (id: string, method: string, payload: unknown): Promise<unknown> => ipcRenderer.invoke('headroom:call', { id, method, payload }),
  cancel: (id: string): void => ipcRenderer.send('headroom:cancel', id),
  subscribe: (event: string, listener: (payload: unknown) => void): (() => void) => {
    const forward = (_: unknown, name: string, payload: unknown): void => {
      if (name === event) listener(payload)
    }
    ipcRenderer.on('headroom:event', forward)
    return () => ipcRenderer.removeListener('headroom:event', forward)
  },
  pathOf: (file: File): string => webUtils.getPathForFile(file),
})
