import type { Phrases } from './translate'

export const ncclZhCN: Phrases = {
  'Memory could not be pinned for RDMA: raise the memlock limit (ulimit -l unlimited, LimitMEMLOCK=infinity of the service).':
    '无法为 RDMA 锁定内存：请提高 memlock 限制（ulimit -l unlimited，服务用 LimitMEMLOCK=infinity）。',
  'A GPU has no memory left for NCCL. Leave it more, or set a smaller NCCL_BUFFSIZE.':
    '有一块 GPU 没有内存留给 NCCL。请多留一些，或把 NCCL_BUFFSIZE 调小。',
  'NCCL found no network interface to meet on. NCCL_SOCKET_IFNAME must name one that is up on every host.':
    'NCCL 没有找到可会合的网络接口。NCCL_SOCKET_IFNAME 必须是每台主机上都启用的接口。',
  'NCCL found no usable GPU, or the driver is older than the CUDA that NCCL was built with.':
    'NCCL 没有找到可用的 GPU，或驱动比构建 NCCL 所用的 CUDA 旧。',
  '/dev/shm is too small for the shared-memory transport. Start the container with a larger --shm-size, or set NCCL_SHM_DISABLE=1.':
    '/dev/shm 对共享内存传输来说太小。请用更大的 --shm-size 启动容器，或设置 NCCL_SHM_DISABLE=1。',
  'A peer did not answer in time: it has died, or the link between the two drops packets.':
    '对端没有及时应答：它已经死掉，或两者之间的链路在丢包。',
  'The RDMA network reported an error. Error 12 is a lost link or a wrong GID, MTU or priority between the two hosts: look at ibstat, the port counters and NCCL_IB_GID_INDEX.':
    'RDMA 网络报告了错误。错误 12 表示链路丢失，或两台主机间的 GID、MTU 或优先级不对：请查看 ibstat、端口计数器与 NCCL_IB_GID_INDEX。',
  'A peer could not be reached: it has died, or a firewall or the wrong interface (NCCL_SOCKET_IFNAME) is between.':
    '无法到达对端：它已经死掉，或中间有防火墙，或接口不对（NCCL_SOCKET_IFNAME）。',
  'Two ranks use the same GPU. Give each rank its own (CUDA_VISIBLE_DEVICES, local rank).':
    '两个 rank 用了同一块 GPU。请给每个 rank 各自的 GPU（CUDA_VISIBLE_DEVICES、local rank）。',
  'NCCL reported an error; the quoted line names the call that failed.': 'NCCL 报告了错误；所引的行写明了失败的调用。',
  'The network that NCCL_NET asks for is not there: its plugin (libnccl-net.so) was not found. Look at LD_LIBRARY_PATH and NCCL_NET_PLUGIN.':
    'NCCL_NET 所要求的网络不存在：没有找到它的插件（libnccl-net.so）。请查看 LD_LIBRARY_PATH 与 NCCL_NET_PLUGIN。',
  'The two hosts use HCAs that cannot talk to each other, such as InfiniBand and RoCE. Name the right ones in NCCL_IB_HCA.':
    '两台主机用了彼此不能通信的 HCA，例如 InfiniBand 与 RoCE。请在 NCCL_IB_HCA 中写明正确的 HCA。',
  'The network plugin could not register memory for RDMA; the quoted line has its reason.':
    '网络插件无法为 RDMA 注册内存；原因见所引的行。',
  'A call to the GPU failed; the quoted line says why. Look for Xid errors in the kernel log, and at what the rank did before.':
    '对 GPU 的一次调用失败了；原因见所引的行。请查看内核日志中的 Xid 错误，以及该 rank 之前做了什么。',
  'The libfabric network reported an error; the quoted line has its code and the peer.':
    'libfabric 网络报告了错误；错误码与对端见所引的行。',
  'The ranks wait in different calls; within one process group that means that they do not make the same calls in the same order: {1}.':
    '各 rank 等在不同的调用中；若属于同一进程组，说明它们没有按同样的顺序做同样的调用：{1}。',
  'NCCL found no RDMA device and falls back to sockets: "{1}"': 'NCCL 没有找到 RDMA 设备，退回到套接字：“{1}”',
  'NCCL warned {1} times: {2}': 'NCCL 警告了 {1} 次：{2}',
  'The test ran out of memory.': '测试内存不足。',
  'The test did not find the GPUs it was asked to use.': '测试没有找到要求使用的 GPU。',
  'The test program or one of its libraries is missing.': '缺少测试程序或它的某个库。',
  'The test was ended because it took too long.': '测试因耗时过长被结束。',
  'The test reported a failure.': '测试报告了失败。',
  'NCCL reported an error.': 'NCCL 报告了错误。',
  'The test was killed.': '测试被终止。',
  'The test crashed.': '测试崩溃了。',
  'The launcher reported a failed process.': '启动器报告有进程失败。',
  'The log has its whole table, and then: {1}': '日志有完整的表，之后是：{1}',
  'Several ranks run on the same GPU.': '有几个 rank 在同一块 GPU 上运行。',
  'The average bus bandwidth is more than 10 % below the minimum that was asked for.': '平均总线带宽比所要求的最低值低 10 % 以上。',
  'The last error of the library: {1}': '该库的最后一个错误：{1}',
  'Some header lines have lost their "#".': '有的表头行丢了 "#"。',
  'The device list names {1} of {2} ranks.': '设备列表写明了 {2} 个 rank 中的 {1} 个。',
  "The tuning table is NCCL's own model of the machine, not a measurement.": '调优表是 NCCL 自己对机器的模型，不是测量。',
  'One rank: nothing is communicated, and bus bandwidth is 0 by definition.': '只有一个 rank：没有通信，总线带宽按定义为 0。',
  'Times are CPU times (-C), not GPU times.': '时间是 CPU 时间（-C），不是 GPU 时间。',
  'The test found wrong values, first at {1} bytes.': '测试发现错误的值，最先出现在 {1} 字节处。',
  'Result {1} of the file is not complete.': '文件的第 {1} 个结果不完整。',
  'Result {1} of the file holds no figures.': '文件的第 {1} 个结果没有数值。',
  'JSON format version {1} is not known; it was read like the newest known one.': 'JSON 格式版本 {1} 未知；按已知的最新版本读取。',
  'The file is damaged: it is not the JSON that nccl-tests writes.': '文件已损坏：它不是 nccl-tests 所写的 JSON。',
  'The results were not checked for wrong values.': '结果没有检查过是否有错误的值。',
  'The file holds the whole environment of the process; it was not read.': '文件含有进程的全部环境变量；没有读取它们。',
  'The test reported an error.': '测试报告了错误。',
  'The test found wrong results.': '测试发现了错误的结果。',
  'The file was not closed by the test.': '文件没有被测试正常关闭。',
  'The file was not closed: the test crashed or was stopped.': '文件没有被关闭：测试崩溃或被停止了。',
  'The log does not name the collective; {1} is inferred from the bandwidth ratio and the reduction.':
    '日志没有写明集合操作；由带宽之比与归约推断为 {1}。',
  'In-place results were not checked for wrong values.': '就地结果没有检查过是否有错误的值。',
  'Some rows have size 0; the printed average includes them.': '有的行大小为 0；打印的平均值包含它们。',
  'One iteration per size: no spread can be told.': '每种大小只有一次迭代：看不出离散程度。',
  'The line that names out-of-place and in-place is missing; their order was taken as in every version.':
    '缺少标明 out-of-place 与 in-place 的行；按各版本一贯的次序读取。',
  'Columns without a metric: {1}': '没有对应指标的列：{1}',
  'The log breaks off before the end of the test, after: "{1}"': '日志在测试结束之前中断，最后是：“{1}”',
  'The log breaks off before the end of the test.': '日志在测试结束之前中断。',
  'Part of a row stands alone; its beginning was not found.': '有半行孤立存在；找不到它的开头。',
  'its beginning is missing': '缺少开头',
  'no header above it names its columns': '它上面没有写明各列的表头',
  'no line names the units': '没有写明单位的行',
  'its columns are not those of the header': '它的列与表头的不同',
  'A row was cut in two by other output and put together again: "{1}"': '有一行被其他输出截成两段，已重新拼接：“{1}”',
  'A row breaks off and was not read: "{1}"': '有一行中断，没有读取：“{1}”',
  'its end is missing': '缺少结尾',
  'Size over time is not the printed bandwidth: "{1}"': '大小除以时间与打印的带宽不符：“{1}”',
  'The rows have no header, so neither their columns nor their units are known.': '各行没有表头，因此列与单位都未知。',
  'The line with the units, "(us) (GB/s)", is missing under the header.': '表头下缺少单位行 "(us) (GB/s)"。',
  'a field is missing or not a time': '缺少字段，或不是时间',
  'The bench found wrong values, first at {1} bytes.': '基准测试发现错误的值，最先出现在 {1} 字节处。',
  'No bus-bandwidth factor is known for {1}.': '{1} 没有已知的总线带宽系数。',
  'the times of all ranks are not there exactly once': '各 rank 的时间没有恰好各出现一次',
  'The bench reported an error.': '基准测试报告了错误。',
  'The bench did not reach its end.': '基准测试没有进行到底。',
  'the lines that name its algorithms and protocols are missing, or it is cut': '缺少写明算法与协议的行，或被截断',
  'min_bytes must not exceed max_bytes': 'min_bytes 不得大于 max_bytes',
  'nccl-tests knows no gloo': 'nccl-tests 没有 gloo',
  'The launch left no measurement.': '这次启动没有留下测量值。',
  'Several processes count their ranks from 0, each on its own host: nccl-tests was built without MPI, and each measured alone.':
    '有几个进程各自在自己的主机上从 0 开始计 rank：nccl-tests 构建时没有 MPI，每个都是独自测量。',
  'This version names no units; its sizes, times and bandwidths agree in ms and GB/s, and in no other.':
    '这个版本没有写单位；其大小、时间与带宽只有按 ms 与 GB/s 才相符。',
}
