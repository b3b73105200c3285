import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** Serious and critical findings, each with the elements it is about. */
export const findings = async (page: Page, without: string[] = []): Promise<string[]> => {
  const { violations } = await new AxeBuilder({ page }).disableRules(without).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`))
}
