import type { SharedMessages } from './index'

/** What stands beside a comparison: bounds, differences between the arms, launches left out. */
export const notesZhCN: SharedMessages['notes'] = {
  line_rate: '{host} 的 {link}：线速 {rateGbps} Gb/s（驱动所报）',
  line_rate_both_ways: '{host} 的 {link}：线速 {rateGbps} Gb/s（驱动所报），双向合计',
  zero_traffic: 'ZeRO 每步发送 {formula}：Ψ = {parameters} 个参数，每个 {parameterBytes} 字节（{dtype}），N = {ranks}（arXiv 1910.02054）',
  zero_states: 'ZeRO 保存 {formula} 字节：Ψ = {parameters} 个参数（{dtype}，Adam），N = {ranks}（arXiv 1910.02054）',
  zero_states_floor:
    '仅模型状态，{formula} 字节：Ψ = {parameters} 个参数（{dtype}，Adam），N = {ranks}（arXiv 1910.02054）；激活值与缓冲区另计',
  zero_states_only: '仅模型状态',
  queue_model: 'M/M/1/{capacity} 的预测：不受阻时，加载器每秒 {arrival} 批，训练步每秒 {service} 批',
  queue_refused:
    '取加载器（每秒 {arrival} 批）与训练步（每秒 {service} 批）中较慢者。不采用 M/M/1/{capacity}：加载时间与步长的平方变异系数为 {loadCv2} 与 {stepCv2}，而该模型要求约为 1',
  queue_serial: '单进程：加载（单独每秒 {arrival} 批）与训练步（单独每秒 {service} 批）轮流进行',
  difference: '{probe} 的 {what} 不一致：{left} 为 {leftValues}，{right} 为 {rightValues}。',
  message_sizes: '消息大小',
  drift: '实验期间 {metric} 变化了 {percent} %（p = {p}）；{how}。',
  drift_interleaved: '各组交错运行，影响是一样的',
  drift_confounded: '各组先后依次运行，无法与因素本身的影响分开',
  run_not_done: '该次运行的状态是 {status}。',
  no_level: '它所在的组没有因素 {factor} 的取值。',
  disturbed: '受到干扰：{what}',
  no_interface: '{host} 没有接口 "{name}"（网络 {fabric}）；它有：{has}。',
  interface_down: '{host} 上的接口 {name}（网络 {fabric}）处于关闭状态。',
  no_hca: '{host} 没有 HCA "{hca}"（网络 {fabric}）；它有：{has}。',
  none: '无',
  no_telemetry: '{host}：{why}该主机上的运行将没有遥测。',
}
