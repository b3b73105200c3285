export { createHostPool, type HostPoolOptions } from './pool'
