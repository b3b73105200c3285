/** One input made from one property of a JSON Schema. */
export interface SchemaField {
  key: string
  kind: 'integer' | 'number' | 'text' | 'boolean' | 'choice' | 'choices' | 'list' | 'json'
  description: string | null
  /** From the end of the name: `min_bytes` -> `bytes`. */
  unit: string | null
  default: unknown
  required: boolean
  minimum: number | null
  maximum: number | null
  options: string[]
  /** Of a list: what its members are. */
  member: 'number' | 'text' | null
}

type Json = Record<string, unknown>

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const units: Record<string, string> = { bytes: 'bytes', seconds: 's', us: 'µs', ms: 'ms', gbps: 'Gb/s', mib: 'MiB', percent: '%' }

const unitOf = (key: string): string | null => units[/([a-z]+)$/i.exec(key)?.[1]?.toLowerCase() ?? ''] ?? null

/** zod writes the safe-integer bounds when the schema states none; they are not worth showing. */
const bound = (value: unknown): number | null => (typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : null)

const options = (schema: Json): string[] => (Array.isArray(schema['enum']) ? schema['enum'].map(String) : [])

/** The one schema behind `anyOf: [X, {type: 'null'}]`; other unions stay as they are. */
const unwrap = (schema: Json): Json => {
  const branches = Array.isArray(schema['anyOf']) ? schema['anyOf'].filter(isJson).filter((branch) => branch['type'] !== 'null') : []
  const [only] = branches
  return branches.length === 1 && only ? { ...schema, ...only } : schema
}

const shapeOf = (schema: Json): Pick<SchemaField, 'kind' | 'options' | 'member'> => {
  const plain = { options: [], member: null }
  if (options(schema).length > 0) return { kind: 'choice', options: options(schema), member: null }
  if (schema['type'] === 'integer') return { kind: 'integer', ...plain }
  if (schema['type'] === 'number') return { kind: 'number', ...plain }
  if (schema['type'] === 'boolean') return { kind: 'boolean', ...plain }
  if (schema['type'] === 'string') return { kind: 'text', ...plain }
  if (schema['type'] !== 'array' || !isJson(schema['items'])) return { kind: 'json', ...plain }
  const items = schema['items']
  if (options(items).length > 0) return { kind: 'choices', options: options(items), member: null }
  if (items['type'] === 'integer' || items['type'] === 'number') return { kind: 'list', options: [], member: 'number' }
  if (items['type'] === 'string') return { kind: 'list', options: [], member: 'text' }
  return { kind: 'json', ...plain }
}

/** The properties of an object schema as form fields, in the schema's order; anything else gives no fields. */
export const schemaFields = (schema: Record<string, unknown>): SchemaField[] => {
  const properties = isJson(schema['properties']) ? schema['properties'] : {}
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return Object.entries(properties).flatMap(([key, property]) => {
    if (!isJson(property)) return []
    const inner = unwrap(property)
    return [
      {
        key,
        ...shapeOf(inner),
        description: typeof inner['description'] === 'string' ? inner['description'] : null,
        unit: unitOf(key),
        default: inner['default'],
        required: required.includes(key) && inner['default'] === undefined,
        minimum: bound(inner['minimum'] ?? inner['exclusiveMinimum']),
        maximum: bound(inner['maximum'] ?? inner['exclusiveMaximum']),
      },
    ]
  })
}

export type FieldReading = { ok: true; value: unknown } | { ok: false; error: 'badNumber' | 'badJson' | 'outOfRange' }

const readNumber = (field: SchemaField, text: string): FieldReading => {
  const value = Number(text)
  if (!Number.isFinite(value) || (field.kind === 'integer' && !Number.isInteger(value))) return { ok: false, error: 'badNumber' }
  const outside = (field.minimum !== null && value < field.minimum) || (field.maximum !== null && value > field.maximum)
  return outside ? { ok: false, error: 'outOfRange' } : { ok: true, value }
}

const readJson = (text: string): FieldReading => {
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch {
    return { ok: false, error: 'badJson' }
  }
}

const readList = (field: SchemaField, text: string): FieldReading => {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (field.member !== 'number') return { ok: true, value: parts }
  const numbers = parts.map(Number)
  return numbers.every(Number.isFinite) ? { ok: true, value: numbers } : { ok: false, error: 'badNumber' }
}

/** What the typed text means; empty text means "not given" (undefined), so that the default holds. */
export const readFieldText = (field: SchemaField, text: string): FieldReading => {
  const trimmed = text.trim()
  if (trimmed === '') return { ok: true, value: undefined }
  if (field.kind === 'integer' || field.kind === 'number') return readNumber(field, trimmed)
  if (field.kind === 'list') return readList(field, trimmed)
  if (field.kind === 'json') return readJson(trimmed)
  return { ok: true, value: text }
}

/** A value as the text that `readFieldText` reads back. */
export const fieldText = (field: SchemaField, value: unknown): string => {
  if (value === undefined || value === null) return ''
  if (field.kind === 'json') return JSON.stringify(value)
  if (Array.isArray(value)) return value.join(', ')
  return String(value)
}
