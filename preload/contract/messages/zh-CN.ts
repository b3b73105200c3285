import type { SharedMessages } from './index'
import { indicatorsZhCN } from './indicators-zh-CN'
import { notesZhCN } from './notes-zh-CN'
import { phraseZhCN } from './phrases'

const problems: SharedMessages['problems'] = {
  'ssh.unreachable': {
    title: '连不上主机',
    why: '域名解析失败、端口未开放、防火墙丢包，或跳板机不可用。',
    fix: '先手动试：`ssh -v HOST true`。若能连上，请确认 Headroom 读取的是同一份配置：`--ssh-config FILE`。',
  },
  'ssh.auth_failed': {
    title: '登录被拒绝',
    why: '提供的密钥都不在 authorized_keys 中、ssh-agent 为空，或密码不对。',
    fix: '用 `ssh-add ~/.ssh/id_ed25519` 载入密钥，或用 `ssh-copy-id HOST` 安装公钥；`ssh -v HOST` 可看到实际提供了哪些密钥。',
  },
  'ssh.host_key_unknown': {
    title: '主机密钥尚未确认',
    why: 'known_hosts 里没有这台主机，当时也没有人在场核对指纹。',
    fix: '在主机上用 `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` 核对指纹，然后运行 `headroom hosts test HOST` 并接受。',
  },
  'ssh.host_key_changed': {
    title: '主机密钥变了',
    why: '可能是重装了系统、地址换给了别的机器，也可能有人在中间劫持。',
    fix: '向管理员索取新指纹，核对一致后再执行 `ssh-keygen -R HOST` 并重新连接。',
  },
  'ssh.host_key_revoked': {
    title: '主机密钥已吊销',
    why: 'known_hosts 用 @revoked 标记了这把密钥，不应再信任。',
    fix: '不要连接。请管理员更换主机密钥；`ssh-keygen -F HOST` 可查看该条目。',
  },
  'ssh.cert_authority_unsupported': {
    title: '该主机依靠证书颁发机构认证',
    why: 'known_hosts 中是 @cert-authority 条目，而 Headroom 不校验主机证书。',
    fix: '核对指纹后直接加入主机密钥：`ssh-keyscan HOST >> ~/.ssh/known_hosts`。',
  },
  'ssh.proxy_command_refused': {
    title: 'ssh_config 要求运行本地程序',
    why: 'ProxyCommand 或 Match exec 会启动本地程序，Headroom 不会悄悄执行。',
    fix: '改用 `ProxyJump HOST`；或把 Match exec 段移到别的文件，用 `--ssh-config FILE` 指定其余部分。',
  },
  'ssh.config_invalid': {
    title: 'ssh_config 无法使用',
    why: '某个关键字的值连 OpenSSH 也不接受，或者 Include 循环引用。',
    fix: '用 `ssh -G HOST` 检查；提示中写明了是哪个关键字。',
  },
  'ssh.connection_lost': {
    title: '连接中断',
    why: '网络断了、笔记本休眠了，或 sshd 重启了。主机上的任务仍在继续。',
    fix: '数据没有丢：`headroom runs resume EXPERIMENT` 会重新找到该次运行并取回结果。',
  },
  'remote.tool_missing': {
    title: '主机上缺少工具',
    why: '没有安装，或者非交互式 shell 的 PATH 里找不到。',
    fix: '安装它（Debian：`sudo apt-get install iperf3 perftest`），或在计划中该主机的 `setup` 里写 `module load …`。',
  },
  'remote.no_gpu': {
    title: '没有可用的 GPU',
    why: '机器上没有 GPU、驱动未加载，或容器没有透传。',
    fix: '在主机上运行 `nvidia-smi -L`；容器请加 `--gpus all`；没有 GPU 时可用 `backend: gloo` 做测试。',
  },
  'remote.no_hca': {
    title: '找不到该 RDMA 设备',
    why: '计划里写的 HCA 在主机上不存在，或端口未激活。',
    fix: '在主机上运行 `ls /sys/class/infiniband` 和 `ibstat`，把正确的名称（如 `mlx5_0:1`）写进计划的 `hcas`。',
  },
  'remote.no_interface': {
    title: '找不到该网卡，或它没有地址',
    why: '计划里写的网卡在主机上不存在，或处于关闭状态。',
    fix: '在主机上运行 `ip -br addr`，把正确的名称写进计划的 `interfaces`。',
  },
  'remote.not_permitted': {
    title: '权限不足',
    why: '当前用户缺少某项权限：GPU 计数器、锁定内存、设备文件或目录。',
    fix: 'GPU 计数器：`NVreg_RestrictProfilingToAdminUsers=0`；RDMA：`ulimit -l unlimited`。`headroom hosts inventory HOST` 会指出是哪一项。',
  },
  'remote.disk_full': {
    title: '主机磁盘已满',
    why: '主目录没有剩余空间或配额来存放任务输出。',
    fix: '在主机上运行 `df -h ~` 和 `quota`；旧任务在 ~/.cache/headroom/jobs 下。腾出空间后用 `headroom hosts test HOST` 复查。',
  },
  'remote.killed': {
    title: '任务被杀死',
    why: '进程被信号终止：管理员、调度器、cgroup 限额，或程序崩溃。',
    fix: '看日志末尾：`headroom runs logs RUN`；在主机上看 `dmesg -T | tail`。',
  },
  'remote.timed_out': {
    title: '超出时间上限',
    why: '这次启动比计划允许的更久：卡住了、链路慢，或上限设得太低。',
    fix: '先看 `headroom runs logs RUN`。若仍在正常推进，就调高计划中的 `limits: { run_seconds: … }`。',
  },
  'remote.lost': {
    title: '主机上的任务不见了',
    why: '进程消失且没有留下退出码，或任务目录被删。',
    fix: '重新运行：`headroom runs resume EXPERIMENT`。运行期间不要清理 ~/.cache/headroom。',
  },
  'remote.rebooted': {
    title: '运行期间主机重启了',
    why: '当前的 boot id 与任务开始时不同。',
    fix: '重新运行：`headroom runs resume EXPERIMENT`；在主机上用 `last -x reboot | head` 看重启时间。',
  },
  'remote.tool_failed': {
    title: '工具报错退出',
    why: '工具启动了但中途放弃，原始报错见引文。',
    fix: '看 `headroom runs logs RUN`，再用 `headroom runs show RUN` 给出的原命令手动重试。',
  },
  'remote.out_of_memory': {
    title: '内存不足',
    why: 'GPU 或主机给不出所要的内存。',
    fix: '减小用量（计划中的 `max_bytes`），或腾出内存：`nvidia-smi` 看显存占用，`free -h` 看主机内存。',
  },
  'remote.not_listening': {
    title: '服务端一直没有就绪',
    why: '另一台主机上的服务端没有启动，或两机之间的端口被拦。',
    fix: '放通该网络上的端口；服务端用 `ss -ltnp`、客户端用 `nc -vz ADDRESS PORT` 检查。',
  },
  'remote.python_missing': {
    title: '没有能运行探针的 Python',
    why: '主机上没有一个 Python 能导入探针所需的模块。',
    fix: '在计划中写明 `python: /path/to/python3`，或在 `setup` 中激活环境；验证：`python3 -c "import torch; print(torch.__version__)"`。',
  },
  'remote.checksum_mismatch': {
    title: '传输前后内容不一致',
    why: '主机上的 SHA-256 与收到的不同：磁盘或链路有问题，或文件当时仍在增长。',
    fix: '重新取回：`headroom runs resume EXPERIMENT`。若依旧不符，请在主机上连做两次 `sha256sum FILE` 检查磁盘。',
  },
  'parse.unrecognised': {
    title: '无法识别该文件',
    why: '内容不是 Headroom 能读的工具输出，或开头被截掉了。',
    fix: '指定探针：`headroom parse FILE --probe nccl`；`headroom probes list` 列出可读的格式。',
  },
  'parse.truncated': {
    title: '输出不完整',
    why: '工具被中断、磁盘写满，或只复制了一部分。能读出的内容已保留。',
    fix: '重新复制完整文件，或重跑：`headroom runs resume EXPERIMENT`。',
  },
  'parse.unit_unknown': {
    title: '没有写明单位',
    why: '文件里有数字，却缺少说明单位的表头；靠猜可能差 8 倍。',
    fix: '请保留工具的完整标准输出（含表头）；perftest 加 `--report_gbits` 会打印单位。',
  },
  'parse.ambiguous_number': {
    title: '数字有两种读法',
    why: '从分隔符看不出是小数点还是千位分隔符。',
    fix: '在 `LC_ALL=C` 下重新生成该文件。',
  },
  'parse.no_rows': {
    title: '输出中没有结果',
    why: '认得出是哪个工具，但它没有打印任何结果行：提前失败，或什么也没测到。',
    fix: '看输出末尾（`headroom runs logs RUN`），然后重跑。',
  },
  'parse.no_kernels': {
    title: '没有剖析到任何核函数',
    why: '剖析器运行了，但没有看到 GPU 核函数：程序提前结束、只用了 CPU，或采集窗口错过了它们。',
    fix: '确认程序真的用到 GPU，并放宽窗口（`--launch-skip`、`--launch-count`，或去掉 `--capture-range`）。',
  },
  'parse.too_large': {
    title: '文件超出该格式可读的大小',
    why: '整段读入的格式上限为 500 MiB；只有时间线、剖析表以及行可辨认的日志不限大小。',
    fix: '在行尾处切开文件（`split -C 400M FILE`），或先筛出需要的行，再分别读入。',
  },
  'parse.tool_reported_error': {
    title: '工具自己报告了错误',
    why: '输出中有工具自己的报错（见引文），同一输出里的数字不可信。',
    fix: '按报错修复后重跑：`headroom runs show RUN` 会打印原命令。',
  },
  'transport.contradicted': {
    title: '流量没有走所声明的网络',
    why: '字节计数器或工具日志表明，实际路径与该组的标签不符。该次运行会保留，但不参与任何结论。',
    fix: '检查计划 `fabrics` 中的网卡与 HCA，以及路由：在主机上运行 `ip route get ADDRESS`。改好后运行 `headroom plan check PLAN.yaml`。',
  },
  'store.busy': {
    title: '数据目录正被另一个 Headroom 使用',
    why: '另一个窗口或命令正在写这个存储。',
    fix: '关闭它，或换一个目录：`--data DIR`。',
  },
  'store.newer': {
    title: '存储由更新版本的 Headroom 建立',
    why: '它的结构比本程序新；程序没有改动它。',
    fix: '升级 Headroom，或换一个目录：`--data DIR`。',
  },
  'store.damaged': {
    title: '存储已损坏',
    why: '数据库检查或产物哈希校验失败：磁盘故障、打开时被复制，或放在了网络文件系统上。',
    fix: '`headroom verify` 会指出损坏之处。请从数据目录的 `backups` 中恢复最新备份，并保留损坏的文件。',
  },
  'store.not_found': {
    title: '找不到该名称',
    why: 'id 或名称写错了，或它在另一个数据目录里。',
    fix: '`headroom runs list` 列出现有内容；`--data DIR` 可换存储。',
  },
  'store.disk_full': {
    title: '本机磁盘已满',
    why: '数据目录无法再写入。已确认保存的内容没有丢，输出也还在主机上。',
    fix: '腾出空间（`df -h`），再运行 `headroom runs resume EXPERIMENT`。',
  },
  'report.no_browser': {
    title: '本机无法打印 PDF',
    why: '既没有 Electron，也没有 Chromium。',
    fix: '安装一个：`sudo apt-get install chromium` 或 `npx playwright install chromium`；也可在桌面应用中导出。',
  },
  'report.failed': {
    title: 'PDF 生成失败',
    why: '报告页面没有渲染完成，或文件写不进去。',
    fix: '确认目录可写后重试：`headroom report EXPERIMENT -o out.pdf`。',
  },
  'input.invalid': {
    title: '输入无效',
    why: '有字段缺失、超出范围，或引用了不存在的名称；提示中写明了是哪一个。',
    fix: '改正后重试；对于计划文件，`headroom plan check PLAN.yaml` 会一次列出所有问题。',
  },
  'input.usage': {
    title: '此命令行无法执行',
    why: '缺少命令、参数或选项，或写了不存在的。',
    fix: '`headroom COMMAND --help` 列出它接受的内容；`headroom runs list` 列出实验，`headroom probes list` 列出探针。',
  },
  'input.file_unreadable': {
    title: '文件读不了',
    why: '文件不存在、是个目录，或当前用户无权读取。',
    fix: '检查：`ls -l FILE`。',
  },
  'input.cancelled': {
    title: '已取消',
    why: '在完成之前被人停止了，没有保留任何内容。',
    fix: '需要时重新开始即可。',
  },
  'run.cancelled': {
    title: '运行已取消',
    why: '有人中止了它，主机上的进程也已结束。',
    fix: '需要时再运行：`headroom runs resume EXPERIMENT`。',
  },
  internal: {
    title: 'Headroom 内部错误',
    why: '发生了本不该发生的事。这是我们的缺陷，不是您的问题。',
    fix: '请保存脱敏后的诊断信息，连同之前的操作一并反馈。',
  },
}

export const zhCN: SharedMessages = {
  problems,
  reasons: {
    interval_excludes_one: '{level} 是 {baseline} 的 {estimate} 倍（95 % 区间 {low} 至 {high}，n = {nBaseline} 与 {nLevel}）。',
    interval_inside_margin:
      '{level}/{baseline} 的比值为 {estimate}（95 % 区间 {low} 至 {high}），落在 {marginPercent} % 的等效范围内：没有实际意义上的差别，n = {nBaseline} 与 {nLevel}。',
    interval_too_wide:
      '{level}/{baseline} 的 95 % 区间为 {low} 至 {high}，太宽，无法在 {marginPercent} % 的范围内分清有无差别。每组约需 {needed} 次启动（离散度 {cvPercent} %）。',
    too_few_launches:
      '{nBaseline} 次与 {nLevel} 次启动，在 {alphaPercent} % 水平上不可能得出差别：能达到的最小 p 值是 {smallestP}。每组 {needed} 次即可。',
    not_significant:
      '对 {level} 与 {baseline} 有无差别，区间（{low} 至 {high}）与精确检验（p = {p}）结论不一。每组约 {needed} 次启动可以分清。',
    blocked_by_confounder: '两组之间不只 {factor} 不同：{what}。请统一后重跑。',
    no_better_direction: '该指标无所谓高低好坏，只列出，不评判。',
    no_variation: '两组每次启动的值都恰为 {value}：是常数或被取整的数，没有离散度可供判断。',
    drift: '实验期间数值漂移了 {changePercent} %，而各组是先后依次运行的。请改用 order: randomised-blocks 重跑。',
    arm_missing: '{missing} 没有一次完成的启动含有这项测量。',
    zero_values: '部分数值为零或负数，比值没有意义。',
    not_multiplicity_safe:
      '差别（{estimate} 倍，p = {p}）经不起对同时作出的 {tests} 项结论的多重校正（Holm，p = {adjustedP}）。每组 {needed} 次启动即可。',
  },
  limitations: {
    simulated: '数字是模拟的：由给定的硬件模型算出，并非实测。',
    few_launches: '启动次数少：最少的一组只有 {n} 次。区间较宽，看不出小的差别。',
    line_rate_unknown: '{links} 的线速未知，因此没有给出与物理上限的距离。',
    transport_by_counters_only: '以下探针的路径仅由字节计数器证明：{probes}。工具本身不记录所用的传输方式。',
    transport_unproved: '有 {count} 次计入结果的启动未能证明其流量走了哪条路径。',
    single_host_pair: '只测了一组主机（{hosts}），换主机或链路结果可能不同。',
    clocks_not_locked: '时钟频率未锁定或状态未知（{hosts}），部分离散可能由此而来。',
    refused_runs: '有 {count} 次启动因实际流量路径与标签不符而被拒，不参与任何结论。',
    disturbed_runs: '{count} 次启动受到干扰（GPU 降频，或主机忙于其他任务），未计入任何结论。',
    disturbed_runs_kept: '{count} 次启动受到干扰，但计划要求（`keep_disturbed`）仍将其计入结论。',
    failed_runs: '有 {count} 次启动失败，不参与任何结论。',
    retried_runs: '有 {count} 次启动在重试后才成功。',
    imported: '有 {count} 次启动由文件导入：其顺序、主机和传输路径不受 Headroom 控制。',
  },
  notes: notesZhCN,
  phrase: phraseZhCN,
  indicators: indicatorsZhCN,
  disturbances: {
    throttled: '{host} 的 GPU {gpu} 在本次启动 {percent} % 的时间里被降频（{reasons}）。',
    gpu_shared: '{host} 的 GPU {gpu} 在本次启动使用期间还有别的进程：{process}（pid {pid}）。',
    cpu_busy: '本次启动期间，其他进程占用了 {host} {othersPercent} % 的处理器；本次启动自身只用了 {launchPercent} %。',
    cpu_stolen: '虚拟机管理程序把 {host} {percent} % 的处理器时间分给了别的虚拟机。',
    clock_low: '{host} 的 GPU {gpu} 只运行在 {clockMhz} MHz，比同组其他启动的 {medianMhz} MHz 低 {percent} %。',
  },
  verdicts: {
    faster: '{metric}{where}：{level} 优于 {baseline}，比值 {ratio}，n = {nBaseline} 与 {nLevel}。',
    slower: '{metric}{where}：{level} 劣于 {baseline}，比值 {ratio}，n = {nBaseline} 与 {nLevel}。',
    equivalent: '{metric}{where}：{level} 与 {baseline} 在 {marginPercent} % 以内等效，比值 {ratio}，n = {nBaseline} 与 {nLevel}。',
    cannot_answer: '{metric}{where}：{level} 与 {baseline} 孰优孰劣，无法回答。{reason}',
  },
}
