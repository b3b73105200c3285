/** The parameters' descriptions in Chinese, by their English. */
export const commandParamsZhCN: Readonly<Record<string, string>> = {
  'Shell text that prints JSON lines': '打印 JSON 行的 shell 文本',
  'Where it runs on the host; the home folder without it': '在主机上的运行目录；不填则为主目录',
  'Metric -> higher, lower or none; wins over what the lines say': '指标 -> higher、lower 或 none；优先于各行所说',
  'The metric that carries the verdict; the only one without it': '承载结论的指标；只有一个时可不填',
  'How long one launch takes, seconds': '一次运行需要多久，秒',
}
