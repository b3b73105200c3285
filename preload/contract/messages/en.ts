import type { SharedMessages } from './index'
import { indicatorsEn } from './indicators-en'
import { notesEn } from './notes-en'

const problems: SharedMessages['problems'] = {
  'ssh.unreachable': {
    title: 'The host does not answer',
    why: 'The name does not resolve, the port is closed, a firewall drops the packets, or a jump host is down.',
    fix: 'Try it by hand: `ssh -v HOST true`. If that works, check that Headroom reads the same file: `--ssh-config FILE`.',
  },
  'ssh.auth_failed': {
    title: 'The host refused the login',
    why: 'No key offered is in its authorized_keys, the agent is empty, or the password was wrong.',
    fix: 'Load the key with `ssh-add ~/.ssh/id_ed25519`, or install it with `ssh-copy-id HOST`. `ssh -v HOST` shows what is offered.',
  },
  'ssh.host_key_unknown': {
    title: 'The host key is not known yet',
    why: 'This host is not in known_hosts and nobody was there to check its fingerprint.',
    fix: 'Compare the fingerprint with `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the host, then run `headroom hosts test HOST` and accept it.',
  },
  'ssh.host_key_changed': {
    title: 'The host key has changed',
    why: 'The host was reinstalled, the address now belongs to another machine, or someone sits in between.',
    fix: 'Ask the administrator for the new fingerprint. Only if it matches: `ssh-keygen -R HOST`, then connect again.',
  },
  'ssh.host_key_revoked': {
    title: 'The host key is revoked',
    why: 'known_hosts marks this key with @revoked, so it must never be trusted again.',
    fix: 'Do not connect. Ask the administrator for a new host key; `ssh-keygen -F HOST` shows the entry.',
  },
  'ssh.cert_authority_unsupported': {
    title: 'The host is trusted through a certificate authority',
    why: 'known_hosts holds a @cert-authority entry for it; Headroom does not check host certificates.',
    fix: 'Add the host’s own key: `ssh-keyscan HOST >> ~/.ssh/known_hosts`, after you have checked its fingerprint.',
  },
  'ssh.proxy_command_refused': {
    title: 'The ssh_config would run a program',
    why: 'ProxyCommand or Match exec starts a local program; Headroom never does that silently.',
    fix: 'Replace ProxyCommand by `ProxyJump HOST`, or move the Match exec block to a file of its own and pass the rest with `--ssh-config FILE`.',
  },
  'ssh.config_invalid': {
    title: 'The ssh_config cannot be used',
    why: 'A keyword has a value that OpenSSH would not accept either, or Include loops.',
    fix: 'Check it with `ssh -G HOST`; the message names the keyword.',
  },
  'ssh.connection_lost': {
    title: 'The connection broke off',
    why: 'The network went away, the laptop slept, or sshd was restarted. The job on the host goes on.',
    fix: 'Nothing is lost: `headroom runs resume EXPERIMENT` finds the run again and collects it.',
  },
  'remote.tool_missing': {
    title: 'A tool is missing on the host',
    why: 'It is not installed, or it is not on PATH in a non-interactive shell.',
    fix: 'Install it (Debian: `sudo apt-get install iperf3 perftest`), or put `module load …` into the host’s `setup` in the plan.',
  },
  'remote.no_gpu': {
    title: 'No GPU can be used there',
    why: 'There is none, the driver is not loaded, or the container does not pass it through.',
    fix: 'On the host: `nvidia-smi -L`. In a container, start it with `--gpus all`. For a test without GPUs use `backend: gloo`.',
  },
  'remote.no_hca': {
    title: 'No RDMA device of that name',
    why: 'The plan names an HCA that the host does not have, or its port is not active.',
    fix: 'On the host: `ls /sys/class/infiniband` and `ibstat`; put the right name (such as `mlx5_0:1`) into the plan’s `hcas`.',
  },
  'remote.no_interface': {
    title: 'No network interface of that name, or it has no address',
    why: 'The plan names an interface that the host does not have, or that is down.',
    fix: 'On the host: `ip -br addr`; put the right name into the plan’s `interfaces`.',
  },
  'remote.not_permitted': {
    title: 'The host does not permit it',
    why: 'The user lacks a right: GPU counters, locked memory, a device file or a directory.',
    fix: 'GPU counters: `NVreg_RestrictProfilingToAdminUsers=0`. RDMA: `ulimit -l unlimited`. `headroom hosts inventory HOST` says which.',
  },
  'remote.disk_full': {
    title: 'The host’s disk is full',
    why: 'The home directory has no space or quota left for the job’s output.',
    fix: 'On the host: `df -h ~` and `quota`. `headroom hosts test HOST` then tells whether it fits; old jobs lie in ~/.cache/headroom/jobs.',
  },
  'remote.killed': {
    title: 'The job was killed',
    why: 'A signal ended it: an administrator, the scheduler, a cgroup limit or a crash.',
    fix: 'Look at the log’s last lines: `headroom runs logs RUN`; on the host: `dmesg -T | tail`.',
  },
  'remote.timed_out': {
    title: 'The time limit was reached',
    why: 'The launch took longer than the plan allows: a hang, a slow link, or a limit set too low.',
    fix: 'Look at `headroom runs logs RUN`. If it was still working, raise `limits: { run_seconds: … }` in the plan.',
  },
  'remote.lost': {
    title: 'The job is gone from the host',
    why: 'Its process vanished without leaving an exit code, or its folder was removed.',
    fix: 'Run it again: `headroom runs resume EXPERIMENT`. Keep ~/.cache/headroom out of clean-up jobs while it runs.',
  },
  'remote.rebooted': {
    title: 'The host rebooted during the run',
    why: 'Its boot id is not the one the job started under.',
    fix: 'Run it again: `headroom runs resume EXPERIMENT`. On the host `last -x reboot | head` says when.',
  },
  'remote.tool_failed': {
    title: 'The tool ended with an error',
    why: 'It started, but gave up; its own message is quoted.',
    fix: 'Read `headroom runs logs RUN`, then repeat the exact command by hand: `headroom runs show RUN` prints it.',
  },
  'remote.out_of_memory': {
    title: 'Out of memory',
    why: 'The GPU or the host could not give the memory that was asked for.',
    fix: 'Ask for less (`max_bytes` in the plan), or free it: `nvidia-smi` shows who holds GPU memory, `free -h` the host’s.',
  },
  'remote.not_listening': {
    title: 'The server side never became ready',
    why: 'The server on the other host did not start, or its port is blocked between the hosts.',
    fix: 'Open the ports between the hosts on that fabric; on the server `ss -ltnp`, on the client `nc -vz ADDRESS PORT`.',
  },
  'remote.python_missing': {
    title: 'No Python that can run the probe',
    why: 'No Python on the host can import what the probe needs.',
    fix: 'Name one in the plan (`python: /path/to/python3`) or activate it in `setup`; test: `python3 -c "import torch; print(torch.__version__)"`.',
  },
  'remote.checksum_mismatch': {
    title: 'The bytes changed on the way',
    why: 'The SHA-256 on the host is not that of the received copy: a bad disk, a bad link, or the file was still growing.',
    fix: 'Collect it again: `headroom runs resume EXPERIMENT`. If it stays, check the disk there: `sha256sum FILE` twice.',
  },
  'parse.unrecognised': {
    title: 'No parser knows this file',
    why: 'Its content is not the output of a tool that Headroom reads, or its beginning was cut off.',
    fix: 'Name the probe: `headroom parse FILE --probe nccl`. `headroom probes list` shows what is read.',
  },
  'parse.truncated': {
    title: 'The output breaks off',
    why: 'The tool was stopped, the disk was full, or only part was copied. What could be read is kept.',
    fix: 'Copy the whole file again, or run the launch again: `headroom runs resume EXPERIMENT`.',
  },
  'parse.unit_unknown': {
    title: 'The unit is not stated',
    why: 'The file gives numbers without the header that names their unit; guessing could be wrong by a factor of 8.',
    fix: 'Keep the tool’s whole stdout, header included (perftest: `--report_gbits` prints it).',
  },
  'parse.ambiguous_number': {
    title: 'A number can be read two ways',
    why: 'The separators do not say whether it is a decimal or a thousands sign.',
    fix: 'Make the file again with `LC_ALL=C`.',
  },
  'parse.no_rows': {
    title: 'No result in the output',
    why: 'The tool is recognised, but it printed no result row: it failed early or measured nothing.',
    fix: 'Read the end of its output (`headroom runs logs RUN`) and run it again.',
  },
  'parse.no_kernels': {
    title: 'No kernel was profiled',
    why: 'The profiler ran, but saw no GPU kernel: the program ended early, ran on the CPU, or the capture window missed them.',
    fix: 'Check that the program uses the GPU, and widen the window (`--launch-skip`, `--launch-count`, or no `--capture-range`).',
  },
  'parse.too_large': {
    title: 'The file is too large for its format',
    why: 'Formats that are read as one text end at 500 MiB; only traces, profiler tables and logs with recognisable rows are read at any size.',
    fix: 'Cut the file at a line end (`split -C 400M FILE`), or filter it to the rows that count, and read the parts.',
  },
  'parse.tool_reported_error': {
    title: 'The tool reports an error itself',
    why: 'Its output contains its own error message, quoted here; numbers beside it cannot be trusted.',
    fix: 'Mend what it names and run again: `headroom runs show RUN` prints the exact command.',
  },
  'transport.contradicted': {
    title: 'The traffic did not go over the claimed fabric',
    why: 'The byte counters or the tool’s own log show another path than the arm’s label says. The run is kept, but never used in a verdict.',
    fix: 'Check interfaces and HCAs in the plan’s `fabrics`, and the routing: `ip route get ADDRESS` on the host. Then `headroom plan check PLAN.yaml`.',
  },
  'store.busy': {
    title: 'Another Headroom uses this data folder',
    why: 'The store is open for writing in another window or command.',
    fix: 'Close it, or work on another folder: `--data DIR`.',
  },
  'store.newer': {
    title: 'The store was made by a newer Headroom',
    why: 'Its schema is newer than this program knows; it was left untouched.',
    fix: 'Update Headroom, or use another folder: `--data DIR`.',
  },
  'store.damaged': {
    title: 'The store is damaged',
    why: 'A check of the database or of an artifact’s hash failed: a bad disk, a copy made while it was open, or a network file system.',
    fix: '`headroom verify` names what is damaged. Restore the newest file in the `backups` folder of the data folder; keep the damaged one.',
  },
  'store.not_found': {
    title: 'There is nothing of that name',
    why: 'The id or name is mistyped, or it lies in another data folder.',
    fix: '`headroom runs list` shows what is there; `--data DIR` picks another store.',
  },
  'store.disk_full': {
    title: 'This machine’s disk is full',
    why: 'The data folder cannot grow. Nothing acknowledged is lost, and the output still lies on the host.',
    fix: 'Free some space (`df -h`), then `headroom runs resume EXPERIMENT`.',
  },
  'report.no_browser': {
    title: 'Nothing here can print the PDF',
    why: 'Neither Electron nor a Chromium was found.',
    fix: 'Install one: `sudo apt-get install chromium`, or `npx playwright install chromium`; or export from the desktop app.',
  },
  'report.failed': {
    title: 'The PDF could not be made',
    why: 'The report page did not finish, or the file could not be written.',
    fix: 'Check that the folder is writable and try again: `headroom report EXPERIMENT -o out.pdf`.',
  },
  'input.invalid': {
    title: 'The input is not valid',
    why: 'A field is missing, out of range, or names something that does not exist; the message says which.',
    fix: 'Correct it and try again; for a plan, `headroom plan check PLAN.yaml` lists everything that is wrong at once.',
  },
  'input.usage': {
    title: 'This command line cannot be run',
    why: 'A command, an argument or an option is missing, or is not known.',
    fix: '`headroom COMMAND --help` shows what it takes; `headroom runs list` names the experiments, `headroom probes list` the probes.',
  },
  'input.file_unreadable': {
    title: 'The file cannot be read',
    why: 'It does not exist, is a directory, or this user may not read it.',
    fix: 'Check it: `ls -l FILE`.',
  },
  'input.cancelled': {
    title: 'Cancelled',
    why: 'Someone stopped it before its end. Nothing of it was kept.',
    fix: 'Start it again when you like.',
  },
  'run.cancelled': {
    title: 'The run was cancelled',
    why: 'Someone stopped it. Its processes on the hosts have been ended.',
    fix: 'Run it again when you like: `headroom runs resume EXPERIMENT`.',
  },
  internal: {
    title: 'A fault in Headroom',
    why: 'Something happened that should not be possible. This is our bug, not yours.',
    fix: 'Save the redacted diagnostics and report it with what you did just before.',
  },
}

export const en: SharedMessages = {
  problems,
  reasons: {
    interval_excludes_one: '{level} gives {estimate} times {baseline} (95 % interval {low} to {high}, n = {nBaseline} and {nLevel}).',
    interval_inside_margin:
      'The ratio {level}/{baseline} is {estimate} (95 % interval {low} to {high}), inside the margin of {marginPercent} %: no difference that matters, n = {nBaseline} and {nLevel}.',
    interval_too_wide:
      'The 95 % interval of {level}/{baseline} runs from {low} to {high}: too wide to tell a difference from none within {marginPercent} %. About {needed} launches per arm would do (spread {cvPercent} %).',
    too_few_launches:
      '{nBaseline} and {nLevel} launches cannot show a difference at the {alphaPercent} % level: the smallest p they can reach is {smallestP}. {needed} launches per arm would do.',
    not_significant:
      'Interval ({low} to {high}) and exact test (p = {p}) do not agree on a difference between {level} and {baseline}. About {needed} launches per arm would settle it.',
    blocked_by_confounder: 'The arms differ in more than {factor}: {what}. Make them equal and run again.',
    no_better_direction: 'This metric has no better direction; it is shown, not judged.',
    no_variation: 'Every launch of both arms gave exactly {value}: a constant or a rounded figure, so there is no spread to judge by.',
    drift:
      'The figures drifted by {changePercent} % while the experiment ran, and the arms ran one after the other. Use order: randomised-blocks and run again.',
    arm_missing: 'There is no finished launch of {missing} with this measurement.',
    zero_values: 'Some values are zero or negative, so a ratio has no meaning.',
    not_multiplicity_safe:
      'The difference ({estimate} times, p = {p}) does not survive the correction for {tests} verdicts made together (Holm, p = {adjustedP}). {needed} launches per arm would do.',
  },
  limitations: {
    simulated: 'The numbers are simulated: they were computed from a stated hardware model, not measured.',
    few_launches: 'Few launches: the smallest arm has {n}. Intervals are wide, and small differences cannot be seen.',
    line_rate_unknown: 'No line rate is known for {links}; the distance to the physical limit is not shown there.',
    transport_by_counters_only: 'The path was proved by byte counters alone for: {probes}. The tool itself logs no transport.',
    transport_unproved: '{count} launches count without a proof of the path their traffic took.',
    single_host_pair: 'Only one set of hosts was measured ({hosts}); other hosts and links may differ.',
    clocks_not_locked: 'Clocks were not locked, or their state is unknown ({hosts}); part of the spread may come from them.',
    refused_runs:
      '{count} launches were refused, because their traffic took another path than their label says; they are not in any verdict.',
    failed_runs: '{count} launches failed and are not in any verdict.',
    disturbed_runs: '{count} launches were disturbed (throttled, or the host was busy with something else); they are not in any verdict.',
    disturbed_runs_kept: '{count} launches were disturbed, and count in the verdicts because the plan says so (`keep_disturbed`).',
    retried_runs: '{count} launches succeeded only after a retry.',
    imported: '{count} launches were imported from files: their order, hosts and transport were not controlled by Headroom.',
  },
  notes: notesEn,
  phrase: (english) => english,
  indicators: indicatorsEn,
  disturbances: {
    throttled: 'GPU {gpu} of {host} was throttled in {percent} % of the launch ({reasons}).',
    gpu_shared: 'Another process was on GPU {gpu} of {host}, which the launch used: {process} (pid {pid}).',
    cpu_busy:
      'Other processes used {othersPercent} % of the processors of {host} while the launch ran; the launch itself used {launchPercent} %.',
    cpu_stolen: 'The hypervisor gave {percent} % of the processor time of {host} to others.',
    clock_low: 'GPU {gpu} of {host} ran at {clockMhz} MHz, {percent} % below the {medianMhz} MHz of the other launches of its arm.',
  },
  verdicts: {
    faster: '{metric}{where}: {level} is better than {baseline}, ratio {ratio}, n = {nBaseline} and {nLevel}.',
    slower: '{metric}{where}: {level} is worse than {baseline}, ratio {ratio}, n = {nBaseline} and {nLevel}.',
    equivalent:
      '{metric}{where}: {level} and {baseline} are equivalent within {marginPercent} %, ratio {ratio}, n = {nBaseline} and {nLevel}.',
    cannot_answer: '{metric}{where}: cannot answer for {level} against {baseline}. {reason}',
  },
}
