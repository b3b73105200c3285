import type { SharedMessages } from './index'
export const en = {} as SharedMessages
