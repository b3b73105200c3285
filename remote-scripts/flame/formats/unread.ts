import { unreadFormat } from '../../_kit/unread'

/** Profiles in other forms than folded stacks, and how each becomes them. */
export const unreadProfiles = [
  unreadFormat({
    id: 'perf-script',
    probe: 'flame',
    tool: 'perf script',
    mark: /^\S.{0,40}?\s{1,40}\d{1,10}(?:\/\d{1,10})?\s{1,8}(?:\[\d{3,4}\]\s{1,8})?\d{1,10}\.\d{3,9}:\s{1,20}(?:\d{1,15}\s{1,8})?[a-zA-Z][\w.:/=,-]{1,80}:/,
    advice:
      'This is what `perf script` prints, sample by sample: fold it with `stackcollapse-perf.pl` (FlameGraph) or `inferno-collapse-perf` first.',
  }),
  unreadFormat({
    id: 'speedscope',
    probe: 'flame',
    tool: 'speedscope',
    mark: /"\$schema"\s{0,8}:\s{0,8}"https:\/\/www\.speedscope\.app\/file-format-schema\.json"/,
    advice: 'This is a profile for speedscope: record it as folded stacks (`py-spy record -f raw`), which are read.',
  }),
  unreadFormat({
    id: 'flame-svg',
    probe: 'flame',
    tool: 'flame graph (SVG)',
    mark: /<(?:title>[^<>]{1,300}\(\d[\d,]{0,20} samples, \d|svg [^<>]{0,600}(?:onload="init\(evt\)"|xmlns:fg=))/,
    advice:
      'This is a picture of a flame graph: give the folded stacks that it was drawn from (`py-spy record -f raw`, or the input of flamegraph.pl).',
  }),
]
