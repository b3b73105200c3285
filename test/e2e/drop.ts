import type { Page } from '@playwright/test'

/** Files dragged from the system's file manager and let go over the window. */
export const drop = async (page: Page, paths: string[], letGo = true): Promise<void> => {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: paths, dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', ...(letGo ? ['drop' as const] : [])] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 640, y: 400, data })
  await session.detach()
}
