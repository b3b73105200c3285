export { createJobRunner } from './runner'
