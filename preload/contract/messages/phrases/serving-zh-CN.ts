import type { Phrases } from './translate'

export const servingZhCN: Phrases = {
  'The file does not end with a line end: its last figure may be cut and was left out.':
    '文件没有以换行结束：最后一个数值可能被截断，已略去。',
  'A name comes twice in one object: which metric its figures belong to cannot be told.':
    '一个对象中有名字出现两次：无法判断其数值属于哪个指标。',
  'The file is damaged: lines of it are missing or doubled.': '文件已损坏：有的行缺失或重复。',
  'The run was cancelled: the figures are of its beginning.': '运行被取消：数值只是开头部分的。',
  'The file is not valid JSON; it was read all the same.': '文件不是有效的 JSON；仍然读取了。',
  'too long': '太长',
  'it is not a whole record': '不是完整的记录',
  'A record does not say the unit of time of {1}.': '有一条记录没有说明 {1} 的时间单位。',
  'The file holds no records of the measured phase.': '文件没有测量阶段的记录。',
  'The inter-token latency is a mean per request (vllm calls it TPOT): its percentiles are not those of single gaps.':
    '该 token 间延迟是每个请求的均值（vllm 称为 TPOT）：其百分位不是单个间隔的百分位。',
  'The file breaks off within a record.': '文件在一条记录之中中断。',
  'The file does not say the unit of time of {1}.': '文件没有说明 {1} 的时间单位。',
  'The file does not say the unit of {1}.': '文件没有说明 {1} 的单位。',
  'it is not a number of two decimals': '不是两位小数的数',
  '{1} requests are few for percentiles.': '{1} 个请求对百分位来说太少。',
  'The rate is printed as {1}: two decimals of a small number.': '速率打印为 {1}：小数值只有两位小数。',
  'The block breaks off.': '该块中断了。',
  'The block of results breaks off.': '结果块中断了。',
  'All figures of {1} are 0: they were not measured (no streaming, or no request succeeded).':
    '{1} 的数值全为 0：没有测量（没有流式输出，或没有请求成功）。',
  '{1} of {2} requests failed.': '{2} 个请求中有 {1} 个失败。',
  'Every request failed: the times say nothing.': '所有请求都失败了：时间说明不了什么。',
  '{1} requests/s were offered and {2} completed: latencies hold the time in the queue.':
    '每秒发出 {1} 个请求，完成 {2} 个：延迟包含排队时间。',
  '{1} requests were asked for and {2} completed; the file does not say why.': '要求 {1} 个请求，完成 {2} 个；文件没有说明原因。',
  'The result breaks off.': '结果中断了。',
  'The result is damaged: it is not the JSON that the tool writes.': '结果已损坏：它不是该工具所写的 JSON。',
  'no header names its columns': '没有写明各列的表头',
  "The file has no header; its rows have JMeter's default columns.": '文件没有表头；其行采用 JMeter 的默认列。',
  'its elapsed time is not a number of milliseconds': '其耗时不是毫秒数',
  'it does not say whether it succeeded': '没有说明是否成功',
  "The file has no header and its columns are not JMeter's default ones: which of them is the time cannot be told. Put the header line of the test above it.":
    '文件没有表头，且列不是 JMeter 的默认列：无法判断哪一列是时间。请把测试的表头行放在最上面。',
  'The file breaks off within a row.': '文件在一行之中中断。',
  'The file holds no samples.': '文件没有样本。',
  'The figures without a label mix all labels; transactions count beside their requests.':
    '没有标签的数值混合了所有标签；事务与其请求一并计入。',
  'There are more than {1} labels: the others only count in the total.': '标签多于 {1} 个：其余的只计入总数。',
  'its time is not a number of milliseconds': '其时间不是毫秒数',
  '{1} samples are parts of others (redirects, embedded files) and are not counted again.':
    '{1} 个样本是其他样本的一部分（重定向、内嵌文件），不重复计数。',
  'The file was not closed: the test was stopped, or the file breaks off.': '文件没有被关闭：测试被停止，或文件中断了。',
  'it is not a whole block': '不是完整的块',
  '{1} gaps between tokens are not in the file: their figures here are those of the first ones.':
    '有 {1} 个 token 间隔不在文件中：这里的数值只是前面那些的。',
  'a column is missing or of another length': '缺少一列，或长度不同',
  '{1} requests failed.': '{1} 个请求失败。',
  'A step of fewer than {1} requests has few for percentiles.': '请求少于 {1} 个的档位，对百分位来说太少。',
  'The file holds no measured requests.': '文件没有被测量的请求。',
  'The file breaks off, or rows are missing.': '文件中断，或缺少行。',
  '{1}, {2} requests were in flight, and rate times latency is {3}: {4} % apart. The step is no steady state: it is too short, or the endpoint is overloaded.':
    '{1}，有 {2} 个请求在处理中，而速率乘以延迟为 {3}：相差 {4} %。该档不是稳态：时间太短，或端点过载。',
  '{1}, {2} of {3} requests reached the time limit. The latencies are those of the others: all of them would be higher.':
    '{1}，{3} 个请求中有 {2} 个到达时限。延迟只是其余请求的：全部计入会更高。',
  '{1}, the p95 latency of {2} is above the alert line of {3}.': '{1}，p95 延迟 {2} 高于警戒线 {3}。',
  '{1}, one request in a hundred was sent {2} late or more: this host is busy, or the rate is too high for one core.':
    '{1}，百分之一的请求晚发了 {2} 以上：该主机繁忙，或速率对一个核来说太高。',
  '{1}, the generator needed its whole core: what it adds to the latencies is not known.':
    '{1}，生成器用满了它的整个核：它给延迟增加了多少不得而知。',
  '{1}, the warm-up ended before as many requests were through as were in flight.': '{1}，预热在完成的请求数达到在途请求数之前就结束了。',
  '{1}, {2} requests are few for percentiles.': '{1}，{2} 个请求对百分位来说太少。',
  'At {1} requests a second, {2} of {3} requests failed.': '每秒 {1} 个请求时，{3} 个请求中有 {2} 个失败。',
  'The API key was sent over http: everybody on the way can read it.': 'API 密钥经 http 发送：途中的人都能读到它。',
  "The endpoint's certificate was not checked: what answered may be somebody else.": '没有检查端点的证书：应答的可能是别人。',
  'not every step of the ramp is there': '并非每一档都在',
  'The knee cannot be told: {1}.': '无法得出拐点：{1}。',
  'The knee lies above the rates that were tried: {1}.': '拐点高于所试过的速率：{1}。',
  '{1} of {2} labelled prompts got no answer; they count as wrong.': '{2} 个标注提示中有 {1} 个没有得到回答；计为错误。',
  '{1} answers held no prediction where predictions were looked for; they count as wrong.':
    '{1} 个回答在应有预测的位置没有预测；计为错误。',
  'No answer held {1} predictions: accuracy at {2} cannot be told.': '没有一个回答含有 {1} 个预测：无法得出前 {2} 准确率。',
  '{1} of {2} answers held fewer than {3} predictions.': '{2} 个回答中有 {1} 个所含的预测少于 {3} 个。',
  'it is not a whole line': '不是完整的一行',
  'The test broke off.': '测试中断了。',
  'The test broke off after {1} of {2} steps.': '测试在 {2} 档中的第 {1} 档之后中断。',
  'No request got an answer that counts.': '没有一个请求得到算数的回答。',
  'The file has too many different times: percentiles are exact to 0.05 %.': '文件中不同的时间太多：百分位精确到 0.05 %。',
  'Every request in the file failed: the error rate describes the file, perhaps not the test.':
    '文件中的请求全部失败：失败率说明的是该文件，未必是测试。',
  'it does not say how often the error came': '没有说明该错误出现的次数',
  '{1} {2}; this file does not say of how many.': '{1} {2}；该文件没有说明总数。',
  'exceptions in the test itself': '个测试本身的异常',
  'requests failed': '个请求失败',
  'its number of requests is not a number': '其请求数不是数',
  'only {1} endpoints are read': '只读取 {1} 个端点',
  '{1} of {2} requests failed ({3}).': '{2} 个请求中有 {1} 个失败（{3}）。',
  'The row {1} mixes all endpoints; it is their sum, not one more.': '行 {1} 混合了所有端点；它是它们的和，不是又一个端点。',
  'The file has a header and no rows.': '文件只有表头，没有行。',
  'its counts are not numbers': '其计数不是数',
  'Only the first {1} names are read: {2} rows have another.': '只读取前 {1} 个名字：{2} 行有别的名字。',
  '{w1} ms': '{1} ms',
  'at {1}, {2} latency {3}, {4} % failed': '在 {1} 时，{2} 延迟 {3}，失败 {4} %',
  'at {w1}': '在 {1} 时',
  '{1}, {2} requests could not be sent: the load was not the stated one': '{1}有 {2} 个请求没能发出：负载不是所声明的',
  '{1}, requests were sent late (99th percentile {2}) by more than the latency is away from its target':
    '{1}请求发送偏晚（第 99 百分位 {2}），超过了延迟与目标的差距',
  'at {1} requests piled up ({2} sent, {3} completed): longer steps are needed': '在 {1} 时请求堆积（发出 {2}，完成 {3}）：需要更长的档位',
  'every step meets the {1}, the highest {2}: try higher rates': '各档都满足 {1}，最高的一档{2}：请试更高的速率',
  '{1} latency of {2}': '{1} 延迟 {2}',
  'there are no steps': '没有档位',
  'no step meets the {1}, the lowest {2}: try lower rates': '没有一档满足 {1}，最低的一档{2}：请试更低的速率',
  'the {1} is missed {2}, and met {3}: longer steps are needed': '{1}：{2}没有满足，{3}又满足了：需要更长的档位',
  'met {1}; missed {2}': '满足：{1}；不满足：{2}',
  'an OpenAI-compatible endpoint needs prompt, prompts_file or labels_file': 'OpenAI 兼容端点需要 prompt、prompts_file 或 labels_file',
  'seconds_each takes one value per rate': 'seconds_each 须为每个速率一个值',
  'with a plain request, predictions has to be a path such as $.predictions[*].label':
    '普通请求的 predictions 须为路径，例如 $.predictions[*].label',
  'with labels_file, the body of a plain request has to hold {{prompt}}': '用 labels_file 时，普通请求的 body 须含 {{prompt}}',
  'prompt, body and headers together are too long for a command: use prompts_file':
    'prompt、body 与 headers 合起来对命令来说太长：请用 prompts_file',
  'rates and seconds make more than {1} requests with warm-up: use shorter steps':
    'rates 与 seconds 连同预热会产生超过 {1} 个请求：请用更短的档位',
  'The load generator left no measurement.': '负载生成器没有留下测量值。',
  'The text ends within a line.': '文本在一行之中结束。',
  'The text ends within a line; the lines before it were read.': '文本在一行之中结束；之前的行已读取。',
  'There was no server: all requests were given to the engine at once, and no request was timed.':
    '没有服务器：所有请求一次交给了引擎，没有对单个请求计时。',
  'A latency here is the time of a whole batch without a server; the file does not say how large the batch is.':
    '这里的延迟是没有服务器时整批的时间；文件没有说明一批有多大。',
  'a secret in the address would be stored with the plan: use api_key_env': '地址中的机密会随计划保存：请用 api_key_env',
  'http:// or https://, without user and password': '须为 http:// 或 https://，不含用户名与密码',
  'is set by the generator': '由生成器设置',
  'a secret header would be stored with the plan: use api_key_env': '机密的头部会随计划保存：请用 api_key_env',
  'it is no request with its times': '不是带有时间的请求',
  'The file holds no request.': '文件没有请求。',
  'The end of the test is not in the text: the rates of these tables are those of the last seconds and are left out.':
    '文本中没有测试的结尾：这些表中的速率只是最后几秒的，已略去。',
  'The tables on the screen are rounded to whole milliseconds; `--csv` keeps more. The last table counts.':
    '屏幕上的表取整到毫秒；`--csv` 保留得更多。以最后一张表为准。',
  'The table has a header and no rows.': '表只有表头，没有数据行。',
  'it does not have the columns of the header': '它没有表头所列的各列',
  'The text ends within a row.': '文本在一行表格之中结束。',
  'The summariser rounds to whole milliseconds and a tenth of a request a second; the JTL has every request.':
    '汇总器取整到毫秒与每秒 0.1 个请求；JTL 中有每个请求。',
  'its counts and times are not numbers': '其计数与时间不是数',
  'The file does not say which percentiles pct1 to pct3 are (90, 95 and 99 unless the test sets others): they are left out. The JTL has every request.':
    '文件没有说明 pct1 至 pct3 是哪些百分位（测试未另设时为 90、95 与 99）：已略去。JTL 中有每个请求。',
  'it sums up several samples: none of them has a time of its own': '它是几个样本之和：没有一个有自己的时间',
  '{1} rows sum up several samples each and are left out; so are the counts and rates, which would lack theirs.':
    '有 {1} 行各是几个样本之和，已略去；计数与速率会缺少它们，也一并略去。',
  '{1} samples have no start that is understood (milliseconds, or a date with the year in front): requests a second cannot be told.':
    '{1} 个样本没有看得懂的起始时间（毫秒，或年份在前的日期）：无法得出每秒请求数。',
  'Requests/s and the percentiles of a history are those of the last seconds before its last row, not of the test: `_stats.csv` has those.':
    '历史中的每秒请求数与百分位只是最后一行之前几秒的，不是整个测试的：后者在 `_stats.csv` 中。',
  'The table is not closed.': '表没有收尾。',
  'The window was too narrow for the figures of {1} rows: those that end in … are left out. The JSON and CSV files of the run have them.':
    '窗口太窄，有 {1} 行的数字显示不全：以 … 结尾的已略去。运行的 JSON 与 CSV 文件中有完整的数字。',
  'The table breaks off.': '表中断了。',
  'The text does not say how many inferences a request holds (`-b`): inferences_per_s is known, requests a second are not.':
    '文本没有说明一个请求含多少次推理（`-b`）：已知 inferences_per_s，不知道每秒请求数。',
  'The tool says that no measurement was stable: the figures are those of its last windows.':
    '工具说没有稳定的测量：数字是其最后几个窗口的。',
  'The level has a header and no figures.': '该负载级只有标题，没有数字。',
  '{1} socket errors are counted beside the requests: which share of the requests failed cannot be told.':
    '有 {1} 个套接字错误，它们不计在请求之内：无法得出有多少比例的请求失败。',
  'The text breaks off before the rate.': '文本在速率之前中断。',
  'The test had not ended, or its text breaks off.': '测试尚未结束，或其文本中断。',
  'The answers and errors that are listed are not as many as the rate and the duration say: the number of requests and the share of failures are left out.':
    '所列的应答与错误之数与速率和时长不符：请求数与失败比例已略去。',
  'The text breaks off before the counts.': '文本在计数之前中断。',
  'The summary breaks off.': '摘要中断了。',
  'The report breaks off.': '报告中断了。',
  'ab counts an answer whose length differs from the first one as failed, and one that is not 2xx apart from it: which share of the requests failed cannot be told.':
    'ab 把长度与第一个应答不同的算作失败，并另外计数不是 2xx 的：无法得出有多少比例的请求失败。',
  'ab prints its times in whole milliseconds.': 'ab 的时间以整毫秒打印。',
  '{1} iterations could not be started when they were due: the offered rate was not reached, and the times do not hold their waiting.':
    '有 {1} 次迭代未能按时开始：没有达到所给的速率，时间中也不含它们的等待。',
  'http_req_duration does not hold the time to look up the name and to connect.': 'http_req_duration 不含解析名称与建立连接的时间。',
  'The summary has no HTTP requests.': '摘要中没有 HTTP 请求。',
  'These are single points of k6 (`--out json`, `--out csv`), which are not read: give the summary that k6 prints at its end.':
    '这是 k6 的单个数据点（`--out json`、`--out csv`），不能读取：请给出 k6 结束时打印的摘要。',
  'This is the list of requests of `hey -o csv`, which is not read: give the summary that hey prints without `-o csv`.':
    '这是 `hey -o csv` 的请求清单，不能读取：请给出 hey 不带 `-o csv` 时打印的摘要。',
  'This is the report of `trtllm-bench`, which is not read: serve the engine with `trtllm-serve` and give what its `benchmark_serving` prints or saves.':
    '这是 `trtllm-bench` 的报告，不能读取：请用 `trtllm-serve` 提供服务，并给出其 `benchmark_serving` 打印或保存的结果。',
  "This is a server's own log: it tells rates of ten seconds each and the time of no request. Give what the client of the test prints or saves (`vllm bench serve --save-result`).":
    '这是服务器自己的日志：只有每十秒的速率，没有任何请求的时间。请给出测试客户端打印或保存的结果（`vllm bench serve --save-result`）。',
  "This is a server's own log: it tells of batches and the time of no request. Give what the client of the test prints or saves (`python -m sglang.bench_serving --output-file`).":
    '这是服务器自己的日志：只有批次，没有任何请求的时间。请给出测试客户端打印或保存的结果（`python -m sglang.bench_serving --output-file`）。',
  'This is an error that the endpoint answered, no measurement: what went wrong stands in its message.':
    '这是端点返回的错误，不是测量：出了什么问题见其消息。',
  'A throughput is no number that is understood (a comma before three digits may part thousands): it is left out.':
    '有一个吞吐量不是看得懂的数（三位数字之前的逗号可能是千位分隔）：已略去。',
  'This is a report of {1}, which is not read: load the same endpoint with `vllm bench serve --save-result`, `python -m sglang.bench_serving` or the probe `serving`.':
    '这是 {1} 的报告，不能读取：请用 `vllm bench serve --save-result`、`python -m sglang.bench_serving` 或探针 `serving` 给同一端点加压。',
  'These are times of single steps of one batch, without a server and without requests, which are not read: `python -m sglang.bench_serving` tells those of requests.':
    '这是单个批次各步的时间，没有服务器也没有请求，不能读取：`python -m sglang.bench_serving` 给出请求的时间。',
  '{1} requests were cancelled by the test without an error: they count neither as answered nor as failed.':
    '有 {1} 个请求被测试取消而没有错误：既不算得到应答，也不算失败。',
}
