import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { planLimits, planSchema } from '../../../preload/contract/plan'
import { fieldText, readFieldText, schemaFields, type SchemaField } from './schema-form'

const fieldsOf = (schema: z.ZodType): SchemaField[] => schemaFields(z.toJSONSchema(schema, { io: 'input' }) as Record<string, unknown>)

const params = z.strictObject({
  seconds: z.int().min(1).max(3600).default(10).describe('Length of the test'),
  min_bytes: z.int().min(8).default(1024),
  ratio: z.number().optional(),
  backend: z.enum(['nccl', 'gloo']).default('nccl'),
  collectives: z.array(z.enum(['all_reduce', 'broadcast'])).default(['all_reduce']),
  sizes: z.array(z.int()).optional(),
  label: z.string(),
  reverse: z.boolean().default(false),
  extra: z.record(z.string(), z.unknown()).optional(),
})

describe('schemaFields', () => {
  const fields = fieldsOf(params)
  const byKey = (key: string): SchemaField => {
    const field = fields.find((each) => each.key === key)
    if (!field) throw new Error(`no field ${key}`)
    return field
  }

  it('maps every property, in order, to the input that fits', () => {
    expect(fields.map((field) => [field.key, field.kind])).toEqual([
      ['seconds', 'integer'],
      ['min_bytes', 'integer'],
      ['ratio', 'number'],
      ['backend', 'choice'],
      ['collectives', 'choices'],
      ['sizes', 'list'],
      ['label', 'text'],
      ['reverse', 'boolean'],
      ['extra', 'json'],
    ])
  })

  it('carries description, default, unit, bounds and options', () => {
    expect(byKey('seconds')).toMatchObject({
      description: 'Length of the test',
      default: 10,
      unit: 's',
      minimum: 1,
      maximum: 3600,
      required: false,
    })
    expect(byKey('min_bytes')).toMatchObject({ unit: 'bytes', minimum: 8, maximum: null })
    expect(byKey('backend').options).toEqual(['nccl', 'gloo'])
    expect(byKey('collectives')).toMatchObject({ options: ['all_reduce', 'broadcast'], default: ['all_reduce'] })
    expect(byKey('label')).toMatchObject({ required: true, unit: null })
  })

  it('reads the plan schema itself', () => {
    expect(fieldsOf(planLimits).slice(0, 2)).toMatchObject([
      { key: 'run_seconds', kind: 'number', default: 600, maximum: 86_400, unit: 's' },
      { key: 'retries', kind: 'integer', default: 1, minimum: 0, maximum: 10 },
    ])
    expect(
      fieldsOf(planSchema)
        .filter((field) => ['repeats', 'warmup'].includes(field.key))
        .map((field) => field.default),
    ).toEqual([5, 1])
  })

  it('gives no fields for what is not an object schema', () => {
    expect(schemaFields({})).toEqual([])
    expect(schemaFields({ properties: { broken: 3 } })).toEqual([])
  })

  it.each([
    ['seconds', '30', { ok: true, value: 30 }],
    ['seconds', '', { ok: true, value: undefined }],
    ['seconds', '1.5', { ok: false, error: 'badNumber' }],
    ['seconds', '0', { ok: false, error: 'outOfRange' }],
    ['seconds', 'ten', { ok: false, error: 'badNumber' }],
    ['sizes', '8, 1024,', { ok: true, value: [8, 1024] }],
    ['sizes', '8, x', { ok: false, error: 'badNumber' }],
    ['extra', '{"a":1}', { ok: true, value: { a: 1 } }],
    ['extra', '{a', { ok: false, error: 'badJson' }],
    ['label', ' x ', { ok: true, value: ' x ' }],
  ])('reads %s from %j', (key, text, expected) => {
    expect(readFieldText(byKey(key), text)).toEqual(expected)
  })

  it('writes what it reads', () => {
    for (const [key, value] of [
      ['seconds', 30],
      ['sizes', [8, 16]],
      ['extra', { a: [1] }],
      ['label', 'x'],
    ] as const) {
      expect(readFieldText(byKey(key), fieldText(byKey(key), value))).toEqual({ ok: true, value })
    }
  })
})
