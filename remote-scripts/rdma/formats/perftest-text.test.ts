import { expect, it } from 'vitest'
import { perftestText } from './perftest-text'

const table = ` #bytes #iterations    t_min[usec]    t_max[usec]  t_typical[usec]
 8       1000          2180.00        6200.00      2210.00
---------------------------------------------------------------------------------------
`

it('cycles under the heading usec are no times, and it is said', () => {
  const [result] = perftestText.parse(`$ ib_write_lat -d mlx5_0 -s 8 -C 10.0.0.2\n                    RDMA_Write Latency Test\n${table}`)
  expect(result?.measurements).toEqual([])
  expect(result?.problem).toMatchObject({ code: 'parse.unit_unknown' })
  expect(result?.problem?.message).toContain('cycles')
  const [timed] = perftestText.parse(`$ ib_write_lat -d mlx5_0 -s 8 10.0.0.2\n                    RDMA_Write Latency Test\n${table}`)
  expect(timed?.measurements.map(({ value }) => value)).toEqual([2180, 6200, 2210])
})
