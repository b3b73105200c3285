import { FilePlus2, FolderPlus } from 'lucide-react'
import { FileTrigger } from 'react-aria-components'
import { useApi } from '../../app/api'
import { useT } from '../../messages'
import { Button } from '../../ui/Button'
import { pickFromList } from './pick'
import { addPick } from './session'

interface PickButtonsProps {
  /** To an import that is open. */
  adds?: boolean
  /** Choosing a folder is the screen's main action. */
  primary?: boolean
  disabled?: boolean
}

/** Files or a folder by the system's picker, which is how the keyboard does it. */
export const PickButtons = ({ adds = false, primary = false, disabled = false }: PickButtonsProps) => {
  const t = useT()
  const { client } = useApi()
  const picked = (list: FileList | null): void => {
    if (list && list.length > 0) void addPick(client, pickFromList([...list]))
  }
  return (
    <>
      <FileTrigger acceptDirectory onSelect={picked}>
        <Button kind={primary ? 'primary' : 'plain'} icon={<FolderPlus size={14} aria-hidden />} isDisabled={disabled}>
          {adds ? t.imports.addFolder : t.imports.chooseFolder}
        </Button>
      </FileTrigger>
      <FileTrigger allowsMultiple onSelect={picked}>
        <Button icon={<FilePlus2 size={14} aria-hidden />} isDisabled={disabled}>
          {adds ? t.imports.addFiles : t.imports.chooseFiles}
        </Button>
      </FileTrigger>
    </>
  )
}
