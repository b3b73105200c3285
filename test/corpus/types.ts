export type { Dimensions, Measurement, ParsedFile, Problem } from '../../preload/contract'
import type { Facts } from '../../preload/contract'

export type FactValue = Facts[string]
