import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import { useT } from '../../messages'
import { FactorDialog } from './FactorDialog'

interface FactorHeadProps {
  factor: string
  taken: readonly string[]
  onRename: (to: string) => void
  onRemove: () => void
}

/** A factor's name over its column, with what can be done to it. */
export const FactorHead = ({ factor, taken, onRename, onRemove }: FactorHeadProps) => {
  const t = useT()
  const [renaming, setRenaming] = useState(false)
  return (
    <>
      <MenuTrigger>
        <AriaButton className="import-factor" aria-label={t.imports.factorMenu(factor)}>
          <span className="truncate">{factor}</span>
          <ChevronDown size={12} aria-hidden />
        </AriaButton>
        <Popover className="popover">
          <Menu aria-label={t.imports.factorMenu(factor)} onAction={(key) => (key === 'rename' ? setRenaming(true) : onRemove())}>
            <MenuItem id="rename" className="option">
              {t.imports.renameFactor}
            </MenuItem>
            <MenuItem id="remove" className="option">
              {t.imports.removeFactor}
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
      <FactorDialog
        title={t.imports.renameTitle(factor)}
        confirmLabel={t.imports.rename}
        start={factor}
        taken={taken.filter((name) => name !== factor)}
        open={renaming}
        onClose={() => setRenaming(false)}
        onName={onRename}
      />
    </>
  )
}
