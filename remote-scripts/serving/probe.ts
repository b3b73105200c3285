import { defineProbe } from '../_kit/probe'
import { abConsole } from './formats/http/ab-console'
import { aiperfConsole } from './formats/aiperf-console'
import { aiperfCsv } from './formats/aiperf-csv'
import { aiperfJson } from './formats/aiperf-json'
import { aiperfRecords } from './formats/aiperf-records'
import { benchConsole } from './formats/bench-console'
import { benchJson } from './formats/bench-json'
import { genaiRaw } from './formats/genai-raw'
import { heyConsole } from './formats/http/hey-console'
import { jmeterCsv } from './formats/jmeter-csv'
import { jmeterReport } from './formats/jmeter-report'
import { jmeterStatistics } from './formats/jmeter-statistics'
import { jmeterXml } from './formats/jmeter-xml'
import { k6Console } from './formats/http/k6-console'
import { loadRequests } from './formats/load-requests'
import { loadSteps } from './formats/load-steps'
import { locustConsole } from './formats/locust-console'
import { locustCsv } from './formats/locust-csv'
import { offlineConsole } from './formats/offline-console'
import { offlineJson } from './formats/offline-json'
import { perfAnalyzerConsole } from './formats/perf-analyzer-console'
import { perfAnalyzerCsv } from './formats/perf-analyzer-csv'
import { vegetaConsole } from './formats/http/vegeta-console'
import { wrkConsole } from './formats/http/wrk-console'
import { unreadLoads } from './formats/unread'
import { servingJobs } from './jobs'
import { servingMetrics } from './metrics'
import { servingParams, stepsOf, type ServingParams } from './params'
import { servingParamsZhCN } from './params-zh-CN'
import { servingPreflight } from './preflight'
import { readServing } from './read'

/** Start-up, and for each step its measured time, a warm-up and the requests still under way at its end. */
const expectedSeconds = (params: ServingParams): number =>
  stepsOf(params).reduce((sum, { rate, seconds }) => sum + seconds + Math.min(params.warmup_s, params.warmup_requests / rate) + 1, 2)

export default defineProbe<ServingParams>({
  id: 'serving',
  version: '2',
  title: { en: 'Load test of an endpoint', 'zh-CN': '端点负载测试' },
  summary: {
    en: 'Latency, time to first token, completed rate and failures of an HTTP or OpenAI-compatible endpoint under open-loop load, rate by rate; reads results of vllm, sglang, AIPerf, locust and JMeter.',
    'zh-CN':
      'HTTP 或 OpenAI 兼容端点在开环负载下逐个速率的延迟、首 token 时间、完成速率和失败；也读取 vllm、sglang、AIPerf、locust 和 JMeter 的结果。',
  },
  measuresOthers: true,
  needs: {
    en: 'Python 3.6 or newer on the host that sends, its standard library alone; an endpoint that answers there.',
    'zh-CN': '发送端主机上的 Python 3.6 或更新版本（仅标准库），以及可从那里访问的端点。',
  },
  disturbs: {
    en: 'Loads the endpoint at the stated rates, up to overload at the last ones; about one core of the host that sends.',
    'zh-CN': '按所述速率给端点加压，最后几级直至过载；发送端约占一个核。',
  },
  minHosts: 1,
  maxHosts: 1,
  params: servingParams,
  paramsZhCN: servingParamsZhCN,
  metrics: servingMetrics,
  expectedSeconds,
  preflight: servingPreflight,
  jobs: servingJobs,
  formats: [
    benchConsole,
    aiperfJson,
    aiperfCsv,
    loadSteps,
    offlineConsole,
    offlineJson,
    locustConsole,
    jmeterReport,
    jmeterStatistics,
    aiperfConsole,
    perfAnalyzerConsole,
    perfAnalyzerCsv,
    wrkConsole,
    heyConsole,
    abConsole,
    k6Console,
    vegetaConsole,
    ...unreadLoads,
  ],
  streams: [benchJson, aiperfRecords, genaiRaw, locustCsv, jmeterCsv, jmeterXml, loadRequests],
  read: readServing,
})
