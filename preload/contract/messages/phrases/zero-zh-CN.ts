import type { Phrases } from './translate'

export const zeroZhCN: Phrases = {
  'a field is missing or not a number': '缺少字段，或不是数',
  'The throughput that DeepSpeed prints for all-reduce ("tput") is twice the algorithm bandwidth of nccl-tests; compare bus bandwidths, or halve it.':
    'DeepSpeed 为 all-reduce 打印的吞吐量（"tput"）是 nccl-tests 算法带宽的两倍；请比较总线带宽，或将其减半。',
  'the operation is not named': '没有写明操作',
  'more cells than the header has': '格数多于表头',
  'no figure': '没有数值',
  'no time and size': '没有时间与大小',
  'A GPU ran out of memory. Take a smaller micro batch, a higher ZeRO stage, offloading or activation checkpointing; if much is reserved but not allocated, PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True.':
    '有一块 GPU 内存不足。请用更小的微批、更高的 ZeRO 阶段、卸载或激活检查点；若保留了很多却没有分配，请设 PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True。',
  'The host ran out of memory. Offload less to the CPU, use fewer loader workers, or ask the scheduler for more memory.':
    '主机内存不足。请减少卸载到 CPU 的量、减少加载 worker，或向调度器申请更多内存。',
  'A collective did not end within its time limit: a rank has died, hangs, or makes other calls than the rest. Look at the first rank that stopped, and run again with NCCL_DEBUG=INFO and TORCH_NCCL_TRACE_BUFFER_SIZE=2000.':
    '有一个集合操作没有在时限内结束：某个 rank 死掉、挂起，或调用与其他不同。请查看最先停下的 rank，并用 NCCL_DEBUG=INFO 与 TORCH_NCCL_TRACE_BUFFER_SIZE=2000 重新运行。',
  'The scheduler ended the job at its time limit. Ask for more time, or resume from a checkpoint.':
    '调度器在时限到达时结束了作业。请申请更多时间，或从检查点恢复。',
  'NCCL reported an error. Run again with NCCL_DEBUG=INFO: the first WARN line names the network, memory lock or GPU at fault.':
    'NCCL 报告了错误。请用 NCCL_DEBUG=INFO 重新运行：第一行 WARN 会写明出问题的网络、内存锁定或 GPU。',
  'No GPU was visible to the program. Look at nvidia-smi and CUDA_VISIBLE_DEVICES on that host.':
    '程序看不到 GPU。请在该主机上查看 nvidia-smi 与 CUDA_VISIBLE_DEVICES。',
  'A Python package is missing in the environment that ran. Install it, or activate the right environment on every host.':
    '所运行的环境缺少 Python 软件包。请安装它，或在每台主机上激活正确的环境。',
  'The disk is full. Free space or write checkpoints elsewhere.': '磁盘已满。请腾出空间，或把检查点写到别处。',
  'The port of the rendezvous is taken. End the old job, or set another MASTER_PORT.': '会合端口被占用。请结束旧作业，或另设 MASTER_PORT。',
  'The program crashed on a GPU. Run again with CUDA_LAUNCH_BLOCKING=1, and look for Xid errors in the kernel log.':
    '程序在 GPU 上崩溃。请用 CUDA_LAUNCH_BLOCKING=1 重新运行，并在内核日志中查找 Xid 错误。',
  'The loss scale reached its minimum: the training diverged. Use a lower learning rate or bf16.':
    '损失缩放降到了最小值：训练发散了。请降低学习率，或用 bf16。',
  'The program ended with an error of its own; the quoted line says which.': '程序以自己的错误结束；所引的行写明了是什么。',
  'The job was ended from outside: by the scheduler, by a person, or by the kernel when memory ran out (see dmesg). A run that hung and was killed looks the same: look at the time of its last step.':
    '作业从外部被结束：调度器、人，或内存耗尽时的内核（见 dmesg）。挂起后被终止的运行看上去一样：请看最后一步的时间。',
  'The launcher ended its processes because one of them had failed, and the log does not say why. Look at the standard error of each rank, above these lines or in its own file.':
    '启动器因某个进程失败而结束了所有进程，日志没有说明原因。请查看各 rank 的标准错误，在这些行之上或在它自己的文件中。',
  'A process ended with an exit code that is not 0. Look for the first error of its rank.':
    '有一个进程以非 0 退出码结束。请查找它那个 rank 的第一个错误。',
  'The log mentions an error, and the run went on: "{1}"': '日志提到一个错误，运行仍继续：“{1}”',
  'After the training was done the log says: "{1}"': '训练完成之后，日志写道：“{1}”',
  'The field "{1}" does not say its unit.': '字段 “{1}” 没有说明单位。',
  'no figure that is known': '没有已知的数值',
  'it breaks off, or has other columns than its header': '它中断了，或列与表头不同',
  'the header line is missing': '缺少表头行',
  'no size in GB': '没有以 GB 表示的大小',
  'A forecast from the number of parameters, not a measurement: activations and buffers are not in it.':
    '由参数数目作出的预测，不是测量：不含激活值与缓冲区。',
  'The table breaks off in its last row.': '表在最后一行中断。',
  'The estimate has no row that could be read.': '估算中没有能读取的行。',
  'no figure in GB': '没有以 GB 表示的数值',
  'The size of a {1} in the memory report is not known.': '内存报告中一个 {1} 的大小未知。',
  'no time that is known': '没有已知的时间',
  'the line that names the unit is missing': '缺少写明单位的行',
  'the line that names the phase is missing': '缺少写明阶段的行',
  'its rate is not a number': '其速率不是数',
  'Only the first {1} entries of the history are read.': '只读取历史的前 {1} 条。',
  'The history of this training holds no figure.': '这次训练的历史没有数值。',
  'The log breaks off in the middle of a line: "{1}"': '日志在一行中间中断：“{1}”',
  'The log breaks off in the middle of a line.': '日志在一行中间中断。',
  'The log shows a training run that printed no step, throughput or memory figure.':
    '日志显示有训练运行，但没有打印步、吞吐量或内存的数值。',
  'The file holds {1} runs, of which {2} failed; this is number {3}.': '文件中有 {1} 次运行，其中 {2} 次失败；这是第 {3} 次。',
  '"{1}" says {2} samples/s and "{3}" {4}: they cannot both be right. Trust the one that agrees with batch size over step time.':
    '“{1}” 说每秒 {2} 个样本，“{3}” 说 {4}：不可能都对。请相信与批大小除以步时间相符的那个。',
  'The loss scale overflowed {1} times; those steps changed no weight.': '损失缩放溢出了 {1} 次；这些步没有改变权重。',
  'Every iteration was skipped (overflow): nothing was trained; times are still valid.':
    '所有迭代都被跳过（溢出）：什么也没训练；时间仍然有效。',
  '{1} iterations were skipped.': '跳过了 {1} 次迭代。',
  '{1} iterations had a loss that is not a number.': '{1} 次迭代的损失不是数。',
  '{1} figures are printed as nan, inf or not at all.': '{1} 个数值打印为 nan、inf，或没有打印。',
  'The log ends at iteration {1} of {2}, and does not say why.': '日志在 {2} 次迭代中的第 {1} 次结束，没有说明原因。',
  'One iteration only: its time includes the start, and no spread can be told.': '只有一次迭代：其时间包含启动，看不出离散程度。',
  'The loss rises from {1} to {2}.': '损失从 {1} 升到 {2}。',
  '{1} lines repeat what another rank or node printed; the first counts.': '{1} 行重复了另一个 rank 或节点所打印的；以第一次为准。',
  'The log is long: {1} values were left out, evenly; those given are as printed.': '日志很长：均匀略去了 {1} 个值；给出的都是原样。',
  'A rank counts {1} bytes a step, and its link sent {2}: other traffic, or bytes that took another way.':
    '一个 rank 计得每步 {1} 字节，而其链路发送了 {2}：有其他流量，或有字节走了别的路。',
  'The loss was not a finite number in some step.': '某一步的损失不是有限的数。',
  'the figures of all ranks are not there exactly once': '各 rank 的数值没有恰好各出现一次',
  'The benchmark left no measured step of all its ranks.': '基准测试没有留下所有 rank 都有的测量步。',
  'One rank: nothing is communicated, and every stage holds the same.': '只有一个 rank：没有通信，各阶段所存的都一样。',
  "This engine's communication and model states are its own affair: only step, loss and memory are measured.":
    '该引擎的通信与模型状态由它自己掌握：只测量步时间、损失与内存。',
  'hidden must be a multiple of heads': 'hidden 必须是 heads 的倍数',
  'float16 needs GPUs': 'float16 需要 GPU',
  'deepspeed needs GPUs': 'deepspeed 需要 GPU',
  'no figure in GigaBytes': '没有以 GigaBytes 表示的数值',
  "This is the summary of DeepSpeed's autotuner: it does not say whether its metric is a throughput, a latency or FLOPS, so its figures have no unit. Read are the logs of the experiments themselves.":
    '这是 DeepSpeed 自动调优器的汇总：它没有写明其指标是吞吐量、延迟还是 FLOPS，所以这些数值没有单位。可以读取的是各次实验自身的日志。',
  'This is the progress of a training: its bars say neither what a step is nor over what their rate is averaged. Read are logs with steps: the Trainer, DeepSpeed, Megatron, torchtitan, or your own lines through the command probe.':
    '这是训练的进度条：它既没有说明一步是什么，也没有说明速率对什么求平均。可读取的是带有步的日志：Trainer、DeepSpeed、Megatron、torchtitan，或经 command 探针的您自己的行。',
}
