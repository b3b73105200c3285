import { describe, expect, it } from 'vitest'
import { takeTokenFromHash } from './token'

describe('takeTokenFromHash', () => {
  it.each([
    ['#token=abc', 'abc', ''],
    ['#token=a%2Fb&/hosts', 'a/b', '#/hosts'],
    ['#/hosts', null, '#/hosts'],
    ['', null, ''],
    ['#/print/e1?lang=en', null, '#/print/e1?lang=en'],
  ])('%s', (hash, token, rest) => {
    expect(takeTokenFromHash(hash)).toEqual({ token, rest })
  })
})
