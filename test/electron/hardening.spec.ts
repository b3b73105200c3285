import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { root } from '../e2e/world'

// What can be known of the Electron build without its binary: the attack is a page that got hold of script and reaches for Node,
// for another origin, or for a program that runs any script as this app.

const built = (path: string): string => readFileSync(join(root, 'out', path), 'utf8')

/** Directive -> sources. */
const policyOf = (text: string): Map<string, string[]> =>
  new Map(
    text.split(';').map((part) => {
      const [name = '', ...sources] = part.trim().split(/\s+/)
      return [name, sources]
    }),
  )

test('the main program is built and asks Electron for a hardened window', () => {
  const main = built('main/electron.js')
  const preferences = /webPreferences\w* = \{([^}]*)\}/.exec(main)?.[1] ?? ''
  for (const wanted of ['contextIsolation: true', 'sandbox: true', 'nodeIntegration: false', 'webSecurity: true'])
    expect(preferences).toContain(wanted)
  expect(main).toContain('out/preload/index.cjs')
  expect(main).not.toMatch(
    /nodeIntegration\w*: true|webviewTag: true|allowRunningInsecureContent: true|experimentalFeatures: true|enableRemoteModule/,
  )
})

test('the main program denies permissions, navigation, new windows and web views, and runs once', () => {
  const main = built('main/electron.js')
  expect(main).toMatch(/setPermissionRequestHandler\(\(\w+, \w+, (\w+)\) => \1\(false\)\)/)
  expect(main).toMatch(/setPermissionCheckHandler\(\(\) => false\)/)
  expect(main).toMatch(/on\("will-navigate", \((\w+)\) => \1\.preventDefault\(\)\)/)
  expect(main).toMatch(/on\("will-attach-webview", \((\w+)\) => \1\.preventDefault\(\)\)/)
  expect(main).toMatch(/setWindowOpenHandler\(\(\) => \(\{ action: "deny" \}\)\)/)
  expect(main).toContain('requestSingleInstanceLock()')
})

test('the preload is CommonJS that needs Electron and nothing else, and hands out a bridge, not ipcRenderer', () => {
  const preload = built('preload/index.cjs')
  const needed = [...preload.matchAll(/require\(["'`]([^"'`]+)["'`]\)/g)].map((match) => match[1])
  expect([...new Set(needed)]).toEqual(['electron'])
  expect(preload).not.toMatch(/\bimport\s*\(|\bprocess\.|\bexposeInMainWorld\([^)]*ipcRenderer\)/)
  expect(preload.match(/exposeInMainWorld\(/g)).toHaveLength(1)
})

test('the page loads only what is its own and cannot make code from text', () => {
  const html = built('renderer/index.html')
  const policy = policyOf(/http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(html)?.[1] ?? '')
  expect(policy.get('default-src')).toEqual(["'self'"])
  expect(policy.get('script-src')).toEqual(["'self'"])
  expect(policy.get('object-src')).toEqual(["'none'"])
  expect(policy.get('base-uri')).toEqual(["'none'"])
  expect([...policy.values()].flat()).not.toContain("'unsafe-eval'")
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|\son\w+=|https?:\/\//)
})

test('the packaged program cannot be started as Node, and loads its checked archive only', () => {
  const { electronFuses, files, asarUnpack } = createRequire(import.meta.url)('../../electron-builder.config.cjs') as {
    electronFuses: Record<string, boolean>
    files: string[]
    asarUnpack: string[]
  }
  expect(electronFuses).toMatchObject({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableCookieEncryption: true,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
  })
  expect(files).toContain('out/**')
  expect(asarUnpack).toContain('**/*.node')
})
