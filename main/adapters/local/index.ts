export { createLocalHost, type LocalHostOptions } from './local-host'
