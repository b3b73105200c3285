import {
  ChartNoAxesCombined,
  Command as CommandIcon,
  FileText,
  FlaskConical,
  Gauge,
  Languages,
  Server,
  SunMoon,
  type LucideIcon,
} from 'lucide-react'
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import { languages } from '../../preload/contract/messages'
import { useT } from '../messages'
import { useQuery } from './api'
import { links, type Route } from './routes'
import { themes, useSettings } from './settings'
import { useUi } from './ui-state'

const screens: {
  id: 'hosts' | 'experiments' | 'compare' | 'indicators' | 'reports'
  icon: LucideIcon
  href: string
  routes: Route['name'][]
}[] = [
  { id: 'hosts', icon: Server, href: links.hosts(), routes: ['hosts'] },
  { id: 'experiments', icon: FlaskConical, href: links.experiments(), routes: ['experiments', 'experiment', 'plan', 'import'] },
  { id: 'compare', icon: ChartNoAxesCombined, href: links.compare(), routes: ['compare'] },
  { id: 'indicators', icon: Gauge, href: links.indicators(), routes: ['indicators'] },
  { id: 'reports', icon: FileText, href: links.reports(), routes: ['reports'] },
]

interface RailMenuProps {
  label: string
  icon: LucideIcon
  value: string
  options: readonly { id: string; label: string }[]
  onChoose: (id: string) => void
}

const RailMenu = ({ label, icon: Icon, value, options, onChoose }: RailMenuProps) => (
  <MenuTrigger>
    <AriaButton className="rail-link">
      <Icon size={16} aria-hidden />
      {label}
    </AriaButton>
    <Popover className="popover" placement="right bottom">
      <Menu aria-label={label} selectionMode="single" selectedKeys={[value]} onAction={(key) => onChoose(String(key))}>
        {options.map((option) => (
          <MenuItem key={option.id} id={option.id} className="option">
            {option.label}
          </MenuItem>
        ))}
      </Menu>
    </Popover>
  </MenuTrigger>
)

/** The way to every screen, theme and language. */
export const Rail = ({ route }: { route: Route }) => {
  const t = useT()
  const settings = useSettings()
  const openPalette = useUi((state) => state.overlayOpened)
  const info = useQuery('system.info', {}).data
  return (
    <header className="rail">
      <div className="rail-name">{t.app.name}</div>
      <nav aria-label={t.app.mainNavigation}>
        <ul className="stack" style={{ gap: 2 }}>
          {screens.map(({ id, icon: Icon, href, routes }) => (
            <li key={id}>
              <a className="rail-link" href={href} aria-current={routes.includes(route.name) ? 'page' : undefined}>
                <Icon size={16} aria-hidden />
                {t.nav[id]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="rail-foot">
        <AriaButton className="rail-link" onPress={() => openPalette('palette')}>
          <CommandIcon size={16} aria-hidden />
          {t.palette.open}
        </AriaButton>
        <RailMenu
          label={t.settings.theme}
          icon={SunMoon}
          value={settings.theme}
          options={themes.map((theme) => ({ id: theme, label: t.settings.themes[theme] }))}
          onChoose={(id) => settings.themeChosen(themes.find((theme) => theme === id) ?? 'system')}
        />
        <RailMenu
          label={t.settings.language}
          icon={Languages}
          value={settings.language}
          options={languages.map((language) => ({ id: language, label: t.settings.languages[language] }))}
          onChoose={(id) => settings.languageChosen(languages.find((language) => language === id) ?? 'en')}
        />
        {info ? (
          <div className="small muted truncate" style={{ padding: '8px 8px 0' }} title={t.app.dataIn(info.dataDir)}>
            {t.app.version(info.version)}
          </div>
        ) : null}
      </div>
    </header>
  )
}
