import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { useT } from '../messages'
import { Button } from './Button'

interface DialogProps {
  title: string
  open: boolean
  onClose: () => void
  wide?: boolean
  /** False: only an answer closes it. */
  dismissable?: boolean
  role?: 'dialog' | 'alertdialog'
  children: ReactNode
}

/** Modal dialog; focus stays inside and returns to where it was. */
export const Dialog = ({ title, open, onClose, wide = false, dismissable = true, role = 'dialog', children }: DialogProps) => (
  <ModalOverlay
    className="veil"
    isOpen={open}
    onOpenChange={(next) => !next && onClose()}
    isDismissable={dismissable}
    isKeyboardDismissDisabled={!dismissable}
  >
    <Modal className={`dialog${wide ? ' dialog-wide' : ''}`}>
      <AriaDialog className="dialog-body" role={role}>
        <Heading slot="title" level={2}>
          {title}
        </Heading>
        {children}
      </AriaDialog>
    </Modal>
  </ModalOverlay>
)

interface ConfirmProps {
  title: string
  /** Names what will be lost. */
  body: string
  confirmLabel: string
  cancelLabel?: string
  open: boolean
  onConfirm: () => void
  onClose: () => void
}

/** Asks before something that cannot be undone. */
export const ConfirmDialog = ({ title, body, confirmLabel, cancelLabel, open, onConfirm, onClose }: ConfirmProps) => {
  const t = useT()
  const confirm = (): void => {
    onClose()
    onConfirm()
  }
  return (
    <Dialog title={title} open={open} onClose={onClose} role="alertdialog">
      <p>{body}</p>
      <div className="dialog-actions">
        <Button autoFocus onPress={onClose}>
          {cancelLabel ?? t.common.cancel}
        </Button>
        <Button kind="danger" onPress={confirm}>
          {confirmLabel}
        </Button>
      </div>
    </Dialog>
  )
}
