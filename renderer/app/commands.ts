import type { Output } from '../../preload/contract/api'
import { languages } from '../../preload/contract/messages'
import type { Messages } from '../messages'
import { links, navigate } from './routes'
import { themes, useSettings } from './settings'
import { useUi } from './ui-state'

export interface Command {
  id: string
  label: string
  /** Shown at the end of the line. */
  hint?: string
  run(): void
}

export interface CommandGroup {
  id: string
  label: string
  commands: Command[]
}

const go = (id: string, label: string, hash: string, hint?: string): Command => ({
  id,
  label,
  ...(hint ? { hint } : {}),
  run: () => navigate(hash),
})

const actions = (t: Messages): Command[] => [
  go('new-experiment', t.palette.newExperiment, links.newPlan()),
  go('import-logs', t.palette.importLogs, links.imports(), 'g l'),
  {
    id: 'add-host',
    label: t.palette.addHost,
    run() {
      navigate(links.hosts())
      useUi.getState().overlayOpened('add-host')
    },
  },
  { id: 'help', label: t.palette.help, hint: '?', run: () => useUi.getState().overlayOpened('help') },
  ...themes.map((theme) => ({
    id: `theme-${theme}`,
    label: t.palette.theme(t.settings.themes[theme]),
    run: () => useSettings.getState().themeChosen(theme),
  })),
  ...languages.map((language) => ({
    id: `language-${language}`,
    label: t.palette.language(t.settings.languages[language]),
    run: () => useSettings.getState().languageChosen(language),
  })),
]

/** Everything that the palette reaches, from the texts and the cached lists. */
export const commandGroups = (
  t: Messages,
  hosts: Output<'hosts.list'>['hosts'],
  experiments: Output<'experiments.list'>,
): CommandGroup[] => [
  {
    id: 'go',
    label: t.palette.groups.go,
    commands: [
      go('go-hosts', t.nav.hosts, links.hosts(), 'g h'),
      go('go-experiments', t.nav.experiments, links.experiments(), 'g e'),
      go('go-compare', t.nav.compare, links.compare(), 'g c'),
      go('go-indicators', t.nav.indicators, links.indicators(), 'g i'),
      go('go-reports', t.nav.reports, links.reports(), 'g r'),
    ],
  },
  { id: 'act', label: t.palette.groups.act, commands: actions(t) },
  { id: 'hosts', label: t.palette.groups.hosts, commands: hosts.map((host) => go(`host-${host.name}`, host.name, links.hosts(host.name))) },
  {
    id: 'experiments',
    label: t.palette.groups.experiments,
    commands: experiments.flatMap((experiment) => [
      go(`experiment-${experiment.id}`, experiment.question, links.experiment(experiment.id), t.experiments.status[experiment.status]),
      go(`compare-${experiment.id}`, t.palette.compareOf(experiment.name), links.compare(experiment.id)),
      go(`indicators-${experiment.id}`, t.palette.indicatorsOf(experiment.name), links.indicators(experiment.id)),
    ]),
  },
]
