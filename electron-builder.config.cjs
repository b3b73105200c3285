/** deb and AppImage, dmg, nsis; the SQLite addon and ssh2's stay outside the archive because the system's loader opens them. */
module.exports = {
  appId: 'org.headroom.app',
  productName: 'Headroom',
  directories: { output: 'dist' },
  files: ['out/**', 'package.json', 'LICENSE', '!**/*.map'],
  asarUnpack: ['**/*.node', 'out/main/lab-tool.js', 'out/main/chunks/**'],
  linux: { target: ['deb', 'AppImage'], category: 'Science', maintainer: 'The Headroom authors' },
  mac: { target: 'dmg', category: 'public.app-category.developer-tools', hardenedRuntime: true },
  win: { target: 'nsis' },
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: true,
  },
}
