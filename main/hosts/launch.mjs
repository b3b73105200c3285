// Runs the built program from a checkout: builds when sources are newer, then starts the command line, the app or the demo.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const out = join(root, 'out')
const stamp = join(out, '.stamp')
const lock = join(root, 'node_modules', '.headroom-build-lock')
const [mode = 'cli', ...args] = process.argv.slice(2)

const fail = (message, code = 1) => {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}

if (Number(process.versions.node.split('.')[0]) < 22) {
  fail(
    `Headroom needs Node 22 or newer; this is ${process.version}. The project brings its own: run it through npm ` +
      '(npm run -s headroom -- …), or use node_modules/.bin/node.',
    64,
  )
}

const newest = (path) => {
  const found = statSync(path)
  if (!found.isDirectory()) return found.mtimeMs
  return Math.max(
    found.mtimeMs,
    ...readdirSync(path)
      .filter((name) => name !== 'node_modules' && name !== '__pycache__' && !name.endsWith('.test.ts') && !name.endsWith('.test.tsx'))
      .map((name) => newest(join(path, name))),
  )
}

const isBuilt = () =>
  existsSync(stamp) &&
  Math.max(
    ...['main', 'preload', 'renderer', 'remote-scripts', 'electron.vite.config.ts', 'package.json'].map((part) => newest(join(root, part))),
  ) <= statSync(stamp).mtimeMs

const alive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Two commands started together must not build into one folder at the same time. */
const withBuildLock = (work) => {
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      const owner = existsSync(join(lock, 'pid')) ? Number(readFileSync(join(lock, 'pid'), 'utf8')) : null
      const stale = owner === null ? Date.now() - statSync(lock, { throwIfNoEntry: false })?.mtimeMs > 10_000 : !alive(owner)
      if (stale) rmSync(lock, { recursive: true, force: true })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    }
  }
  try {
    writeFileSync(join(lock, 'pid'), String(process.pid))
    work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

const build = () =>
  withBuildLock(() => {
    if (isBuilt()) return
    process.stderr.write('Building Headroom …\n')
    const started = new Date()
    const result = spawnSync(process.execPath, [join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'build'], {
      cwd: root,
      encoding: 'utf8',
    })
    if (result.status !== 0) fail(`The build failed.\n${result.stdout}\n${result.stderr}`)
    writeFileSync(stamp, started.toISOString())
  })

/** The installed Electron binary, or null where it could not be downloaded. */
const electronBinary = () => {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  const pathFile = join(folder, 'path.txt')
  if (process.env.ELECTRON_OVERRIDE_DIST_PATH)
    return join(process.env.ELECTRON_OVERRIDE_DIST_PATH, existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron')
  if (!existsSync(pathFile)) return null
  const binary = join(folder, 'dist', readFileSync(pathFile, 'utf8'))
  return existsSync(binary) ? binary : null
}

/** Electron brings no binary with its package; it is fetched at the first start, which fails where only registries are reached. */
const obtainElectron = () => {
  const present = electronBinary()
  if (present) return present
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  const installer = join(folder, 'install.js')
  if (existsSync(installer)) {
    process.stderr.write("Fetching Electron's binary, once …\n")
    spawnSync(process.execPath, [installer], { cwd: folder, stdio: 'ignore', timeout: 180_000 })
  }
  return electronBinary()
}

const cli = async (cliArgs) => {
  process.argv = [process.execPath, join(out, 'main', 'cli.js'), ...cliArgs]
  if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD)
  await import(pathToFileURL(join(out, 'main', 'cli.js')).href)
}

const setUpSystem = (what) => {
  if (process.platform !== 'linux') return
  const result = spawnSync('sh', [join(root, '.ci/setup-system.sh'), what], { stdio: ['ignore', 'inherit', 'inherit'] })
  if (result.status !== 0) process.stderr.write('Going on without it; what needs it will say so.\n')
}

if (mode === 'dev') {
  const electron = obtainElectron()
  if (electron)
    process.exit(
      spawnSync(process.execPath, [join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'dev', ...args], {
        cwd: root,
        stdio: 'inherit',
      }).status ?? 1,
    )
  process.stderr.write("Electron's binary cannot be had here; serving the same app to the browser instead (restart to see changes).\n")
  build()
  await cli(['serve', '--open', ...args])
} else if (mode === 'start') {
  build()
  const electron = obtainElectron()
  if (electron) process.exit(spawnSync(electron, [root, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1)
  process.stderr.write("Electron's binary cannot be had here; opening the same app in the default browser instead.\n")
  await cli(['serve', '--open', ...args])
} else if (mode === 'demo') {
  setUpSystem('demo')
  build()
  await cli(['demo', ...args])
} else {
  build()
  await cli(args)
}
