import { Import } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useApi } from '../../app/api'
import { useT } from '../../messages'
import { useToasts } from '../../ui/Toast'
import '../../styles/imports.css'
import { pickFromDrop } from './pick'
import { addPick } from './session'
import { useImports } from './state'

const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

const asksSomething = (): boolean => document.querySelector('[role="dialog"], [role="alertdialog"]') !== null

/** Files dropped anywhere on the window are imported; without it the browser would leave the app and open the file. */
export const DropAnywhere = () => {
  const t = useT()
  const { client } = useApi()
  const [over, setOver] = useState(false)
  const depth = useRef(0)
  const toast = useToasts((state) => state.shown)
  useEffect(() => {
    const moved = (by: number): void => {
      depth.current = Math.max(0, depth.current + by)
      setOver(depth.current > 0 && !asksSomething())
    }
    const entered = (event: DragEvent): void => {
      if (holdsFiles(event)) moved(1)
    }
    const left = (event: DragEvent): void => {
      if (holdsFiles(event)) moved(-1)
    }
    const dragged = (event: DragEvent): void => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      if (event.dataTransfer) event.dataTransfer.dropEffect = asksSomething() ? 'none' : 'copy'
    }
    const dropped = (event: DragEvent): void => {
      if (!event.dataTransfer || !holdsFiles(event)) return
      event.preventDefault()
      moved(-depth.current)
      if (asksSomething()) return
      if (useImports.getState().storing) toast({ text: t.imports.busyStoring })
      else void addPick(client, pickFromDrop(event.dataTransfer))
    }
    window.addEventListener('dragenter', entered)
    window.addEventListener('dragleave', left)
    window.addEventListener('dragover', dragged)
    window.addEventListener('drop', dropped)
    return () => {
      window.removeEventListener('dragenter', entered)
      window.removeEventListener('dragleave', left)
      window.removeEventListener('dragover', dragged)
      window.removeEventListener('drop', dropped)
    }
  }, [client, t, toast])
  if (!over) return null
  return (
    <div className="drop-veil" aria-hidden>
      <div className="drop-sign">
        <Import size={18} />
        {t.imports.dropAnywhere}
      </div>
    </div>
  )
}
