/** One request as JMeter records it. */
export interface JmeterSample {
  startMs: number
  elapsedMs: number
  firstByteMs: number
  connectMs: number
  label: string
  code: string
  message: string
  success: boolean
  failure: string
  thread: string
}

const header =
  'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect'

const cell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** A JTL as CSV with JMeter 5's default columns; every row ends its line. */
export const jmeterCsv = (samples: readonly JmeterSample[], withHeader = true): string =>
  [
    ...(withHeader ? [header] : []),
    ...samples.map((sample) =>
      [
        String(sample.startMs),
        String(sample.elapsedMs),
        cell(sample.label),
        sample.code,
        cell(sample.message),
        cell(sample.thread),
        'text',
        String(sample.success),
        cell(sample.failure),
        '546',
        '118',
        '4',
        '4',
        'http://10.0.0.9:8000/',
        String(sample.firstByteMs),
        '0',
        String(sample.connectMs),
      ].join(','),
    ),
  ]
    .map((row) => `${row}\n`)
    .join('')

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '\n': '&#xa;' }
const escaped = (text: string): string => text.replace(/[&<>"'\n]/g, (sign) => escapes[sign] ?? sign)

/** A JTL as XML. */
export const jmeterXml = (samples: readonly JmeterSample[]): string => {
  const body = samples.map(
    (sample) =>
      `<httpSample t="${sample.elapsedMs}" it="0" lt="${sample.firstByteMs}" ct="${sample.connectMs}" ts="${sample.startMs}" s="${sample.success}" lb="${escaped(sample.label)}" rc="${sample.code}" rm="${escaped(sample.message)}" tn="${escaped(sample.thread)}" dt="text" by="546" sby="118" ng="4" na="4">
  <java.net.URL>http://10.0.0.9:8000/</java.net.URL>
</httpSample>
`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testResults version="1.2">\n${body.join('')}\n</testResults>\n`
}
