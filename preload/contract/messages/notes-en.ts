import type { SharedMessages } from './index'

/** What stands beside a comparison: bounds, differences between the arms, launches left out. */
export const notesEn: SharedMessages['notes'] = {
  line_rate: '{link} on {host}: {rateGbps} Gb/s line rate (driver)',
  line_rate_both_ways: '{link} on {host}: {rateGbps} Gb/s line rate (driver), both directions',
  zero_traffic: 'ZeRO sends {formula}: Ψ = {parameters} parameters of {parameterBytes} bytes ({dtype}), N = {ranks} (arXiv 1910.02054)',
  zero_states: 'ZeRO holds {formula} bytes: Ψ = {parameters} parameters ({dtype}, Adam), N = {ranks} (arXiv 1910.02054)',
  zero_states_floor:
    'Model states alone, {formula} bytes: Ψ = {parameters} parameters ({dtype}, Adam), N = {ranks} (arXiv 1910.02054); activations and buffers come on top',
  zero_states_only: 'model states alone',
  queue_model: 'M/M/1/{capacity} predicts: loader {arrival} and step {service} batches/s, each unhindered',
  queue_refused:
    'The slower of loader ({arrival} batches/s) and step ({service} batches/s). M/M/1/{capacity} is refused: squared variation {loadCv2} of loading and {stepCv2} of the step, where it needs about 1',
  queue_serial: 'One process: loading ({arrival} batches/s alone) and step ({service} batches/s alone) take turns',
  difference: '{what} differs in {probe}: {leftValues} in {left}, {rightValues} in {right}.',
  message_sizes: 'message sizes',
  drift: '{metric} changed by {percent} % while the experiment ran (p = {p}); {how}.',
  drift_interleaved: 'the arms were interleaved, so both carry it alike',
  drift_confounded: 'the arms ran one after the other, so it cannot be told from the factor',
  run_not_done: 'The run is {status}.',
  no_level: 'Its arm has no level of {factor}.',
  disturbed: 'Disturbed: {what}',
  no_interface: '{host} has no interface "{name}" (fabric {fabric}); it has: {has}.',
  interface_down: 'Interface {name} on {host} (fabric {fabric}) is down.',
  no_hca: '{host} has no HCA "{hca}" (fabric {fabric}); it has: {has}.',
  none: 'none',
  no_telemetry: '{host}: {why} Launches run there without telemetry.',
}
