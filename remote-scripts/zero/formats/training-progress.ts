import { unreadFormat } from '../../_kit/unread'

/** Progress bars of Lightning, without a line that a training log is told by. */
export const trainingProgress = unreadFormat({
  id: 'training-progress',
  probe: 'zero',
  tool: 'training progress',
  mark: /(?:^|\s)Epoch \d{1,6}: {1,8}\d{1,3}%\|.{0,400}\| {0,8}\d{1,12}\/\d{1,12} \[/,
  advice:
    'This is the progress of a training: its bars say neither what a step is nor over what their rate is averaged. Read are logs with steps: the Trainer, DeepSpeed, Megatron, torchtitan, or your own lines through the command probe.',
})
