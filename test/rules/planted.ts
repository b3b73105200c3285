/** One planted violation: where it lies, what it says, and the only rule that may complain about it. */
export interface Planted {
  rule: string
  path: string
  text: string
}

const imports = (from: string): string => `import * as planted from '${from}'\nexport const found = planted\n`

/** At least one for every rule of .dependency-cruiser.cjs. */
export const plants: Planted[] = [
  { rule: 'core-is-pure', path: 'main/core/planted-io.ts', text: imports('node:fs') },
  { rule: 'core-is-pure', path: 'main/core/planted-port.ts', text: imports('../ports/store') },
  { rule: 'contract-needs-zod-only', path: 'preload/contract/planted.ts', text: imports('yaml') },
  { rule: 'contract-needs-zod-only', path: 'preload/contract/planted-core.ts', text: imports('../../main/core/planted-io') },
  { rule: 'probe-needs-itself-and-kit', path: 'remote-scripts/tcp/planted.ts', text: imports('../nccl/params') },
  { rule: 'probe-needs-itself-and-kit', path: 'remote-scripts/tcp/planted-io.ts', text: imports('node:child_process') },
  { rule: 'ports-need-core-and-contract', path: 'main/ports/planted.ts', text: imports('node:net') },
  { rule: 'services-need-no-adapter', path: 'main/services/planted.ts', text: imports('../adapters/system/clock') },
  { rule: 'services-need-no-adapter', path: 'main/services/planted-io.ts', text: imports('node:fs') },
  { rule: 'adapters-stand-alone', path: 'main/adapters/system/planted.ts', text: imports('../files/artifact-paths') },
  { rule: 'adapters-stand-alone', path: 'main/adapters/system/planted-service.ts', text: imports('../../services/events') },
  { rule: 'nothing-imports-hosts', path: 'preload/planted.ts', text: imports('../main/hosts/app-root') },
  { rule: 'renderer-needs-contract-only', path: 'renderer/app/planted.ts', text: imports('../../main/core/planted-io') },
  { rule: 'renderer-needs-contract-only', path: 'renderer/app/planted-preload.ts', text: imports('../../preload/planted') },
  { rule: 'features-stand-alone', path: 'renderer/features/hosts/planted.ts', text: imports('../experiments/rows') },
  { rule: 'electron-at-home', path: 'main/hosts/planted-electron.ts', text: imports('electron') },
  { rule: 'ssh2-at-home', path: 'main/hosts/planted-ssh2.ts', text: imports('ssh2') },
  { rule: 'sqlite-at-home', path: 'main/hosts/planted-sqlite.ts', text: imports('better-sqlite3') },
  { rule: 'plotly-at-home', path: 'renderer/app/planted-plot.ts', text: imports('plotly.js-cartesian-dist-min') },
  { rule: 'nothing-imports-test', path: 'main/hosts/planted-test.ts', text: imports('../../test/planted') },
  { rule: 'no-cycles', path: 'renderer/ui/planted-a.ts', text: imports('./planted-b') },
  { rule: 'no-orphans', path: 'main/core/planted-orphan.ts', text: 'export const alone = 1\n' },
]
