import { unreadFormat } from '../../_kit/unread'

/** iperf 2 prints rows like iperf3's, under other rules: what its last row means depends on options that it does not print. */
export const iperf2Text = unreadFormat({
  id: 'iperf2-text',
  probe: 'tcp',
  tool: 'iperf',
  mark: /^[ \t>]{0,12}(?:Client connecting to \S+, (?:TCP|UDP) port \d+|Server listening on (?:TCP|UDP) port \d+)/,
  advice: 'This is the output of iperf 2, which is not read. iperf3 -J on both hosts gives what is.',
})
