import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  SearchField,
  useFilter,
} from 'react-aria-components'
import { useT } from '../messages'
import { useQuery } from './api'
import { commandGroups } from './commands'
import { useUi } from './ui-state'

const PaletteBody = ({ onDone }: { onDone: () => void }) => {
  const t = useT()
  const { contains } = useFilter({ sensitivity: 'base' })
  const hosts = useQuery('hosts.list', {}).data?.hosts ?? []
  const experiments = useQuery('experiments.list', {}).data ?? []
  const groups = commandGroups(t, hosts, experiments).filter((group) => group.commands.length > 0)
  const chosen = (id: string): void => {
    onDone()
    groups
      .flatMap((group) => group.commands)
      .find((command) => command.id === id)
      ?.run()
  }
  return (
    <Autocomplete filter={contains}>
      <SearchField aria-label={t.palette.title} autoFocus>
        <Input className="palette-input" placeholder={t.palette.placeholder} />
      </SearchField>
      <Menu
        className="palette-list"
        aria-label={t.palette.title}
        onAction={(key) => chosen(String(key))}
        renderEmptyState={() => <div className="palette-empty">{t.palette.empty}</div>}
      >
        {groups.map((group) => (
          <MenuSection key={group.id}>
            <Header className="option-head">{group.label}</Header>
            {group.commands.map((command) => (
              <MenuItem key={command.id} id={command.id} textValue={command.label} className="option">
                <span className="truncate">{command.label}</span>
                {command.hint ? <span className="end small">{command.hint}</span> : null}
              </MenuItem>
            ))}
          </MenuSection>
        ))}
      </Menu>
    </Autocomplete>
  )
}

/** Ctrl or Cmd+K: every screen, host, experiment and action by name. */
export const CommandPalette = () => {
  const t = useT()
  const open = useUi((state) => state.overlay === 'palette')
  const close = useUi((state) => state.overlayClosed)
  return (
    <ModalOverlay className="veil" isOpen={open} onOpenChange={(next) => !next && close()} isDismissable>
      <Modal className="dialog palette">
        <Dialog aria-label={t.palette.title}>
          <PaletteBody onDone={close} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
