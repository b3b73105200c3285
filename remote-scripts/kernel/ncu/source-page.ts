import { unreadFormat } from '../../_kit/unread'

/** `ncu --page source --csv`: a row per instruction, with samples and executions but no figure of the launch. */
export const ncuSourcePage = unreadFormat({
  id: 'ncu-source-page',
  probe: 'kernel',
  tool: 'ncu',
  mark: /^(?:"#",)?"(?:Address|Source|Line|#)",.{0,2000}"(?:# Samples|Samples|Sampling Data \(All\)|Warp Stall Sampling \(All Samples\)|Instructions Executed)"/,
  advice:
    "This is ncu's source page: figures of single instructions, none of a launch. Export the launches with `ncu --import FILE --csv --page raw --print-units base`.",
})
