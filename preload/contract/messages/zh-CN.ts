import type { SharedMessages } from './index'
export const zhCN = {} as SharedMessages
