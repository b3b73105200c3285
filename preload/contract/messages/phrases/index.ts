import { cliZhCN } from './cli-zh-CN'
import { framesZhCN } from './frames-zh-CN'
import { hostsZhCN } from './hosts-zh-CN'
import { inventoryZhCN } from './inventory-zh-CN'
import { kernelZhCN } from './kernel-zh-CN'
import { kitZhCN } from './kit-zh-CN'
import { meaningsZhCN } from './meanings-zh-CN'
import { ncclZhCN } from './nccl-zh-CN'
import { networkZhCN } from './network-zh-CN'
import { plansZhCN } from './plans-zh-CN'
import { scriptsZhCN } from './scripts-zh-CN'
import { servicesZhCN } from './services-zh-CN'
import { servingZhCN } from './serving-zh-CN'
import { storeZhCN } from './store-zh-CN'
import { telemetryZhCN } from './telemetry-zh-CN'
import { timelineZhCN } from './timeline-zh-CN'
import { tracesZhCN } from './traces-zh-CN'
import { zeroZhCN } from './zero-zh-CN'
import { translator, type Phrases } from './translate'

/** Every sentence that says what happened or what a metric means, in Chinese. */
export const phrasesZhCN: Phrases = {
  ...cliZhCN,
  ...framesZhCN,
  ...hostsZhCN,
  ...inventoryZhCN,
  ...kernelZhCN,
  ...kitZhCN,
  ...meaningsZhCN,
  ...ncclZhCN,
  ...networkZhCN,
  ...plansZhCN,
  ...scriptsZhCN,
  ...servicesZhCN,
  ...servingZhCN,
  ...storeZhCN,
  ...telemetryZhCN,
  ...timelineZhCN,
  ...tracesZhCN,
  ...zeroZhCN,
}

export const phraseZhCN = translator(phrasesZhCN)
