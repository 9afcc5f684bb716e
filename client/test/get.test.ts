import { expect, test, vi } from 'vitest'
import { get, Problem } from '../src/get'

const answering = (...answers: [number, string, string?][]) => {
  const asked: { url: string; headers: Record<string, string>; method: string; body: unknown }[] = []
  const fetch = vi.fn(async (url: string, init: RequestInit) => {
    asked.push({ url, headers: Object.fromEntries(init.headers as Headers), method: init.method!, body: init.body })
    const [status, text, type = 'application/json'] = answers.shift()!
    return new Response(status === 204 ? null : text, { status, headers: { 'Content-Type': type } })
  }) as unknown as typeof globalThis.fetch
  return { asked, fetch }
}

test.each([
  ['JSON', [200, '{"a":1}'], { a: 1 }],
  ['JSON of a type of its own', [200, '[1]', 'application/vnd.mill+json;charset=utf-8'], [1]],
  ['text', [200, '42', 'text/plain'], '42'],
  ['nothing', [204, ''], undefined],
  ['nothing, said to be JSON', [200, ''], undefined],
] as [string, [number, string, string?], unknown][])('%s', async (_, answer, expected) => {
  expect(await get('/x', answering(answer))).toEqual(expected)
})

test('a refusal is a Problem with what the document says', async () => {
  const document = { title: 'Bad Request', status: 400, detail: 'age (expected: 1 to 9)', errors: [{ field: 'age', value: '0', expected: '1 to 9' }, 7, { expected: 'x' }] }
  const problem = await get('/x', answering([400, JSON.stringify(document), 'application/problem+json'])).catch(error => error)
  expect(problem).toBeInstanceOf(Problem)
  expect(problem).toMatchObject({ status: 400, message: document.detail, document, errors: [document.errors[0]] })
})

test.each([
  ['HTML', [502, '<h1>Bad gateway</h1>', 'text/html'], '/x: 502 (expected: 200 to 299)'],
  ['broken JSON', [500, '{"det', 'application/problem+json'], '/x: 500 (expected: 200 to 299)'],
  ['JSON that is no object', [500, 'null'], '/x: 500 (expected: 200 to 299)'],
  ['a title alone', [500, '{"title":"Broken","errors":7}'], 'Broken'],
] as [string, [number, string, string?], string][])('a refusal with %s', async (_, answer, message) => {
  await expect(get('/x', answering(answer))).rejects.toMatchObject({ name: 'Problem', message, errors: [] })
})

test('an answer that is not the JSON that it says is an error', async () => {
  await expect(get('/x', answering([200, '{"a']))).rejects.toBeInstanceOf(SyntaxError)
})

test('objects are sent as JSON, anything else as it is', async () => {
  const form = new URLSearchParams('a=1')
  const { asked, fetch } = answering([200, '1'], [200, '1'], [200, '1'])
  await get('/x', { fetch, body: { a: 1 } })
  await get('/x', { fetch, body: form, method: 'PUT' })
  await get('/x', { fetch, headers: () => ({ accept: 'text/csv' }) })
  expect(asked.map(({ method, body, headers }) => [method, body, headers['content-type'], headers.accept])).toEqual([
    ['POST', '{"a":1}', 'application/json', 'application/json, */*;q=0.5'],
    ['PUT', form, undefined, 'application/json, */*;q=0.5'],
    ['GET', null, undefined, 'text/csv'],
  ])
})

test('a token that was refused is renewed once', async () => {
  const { asked, fetch } = answering([401, '{}'], [200, '1'], [401, '{}'], [401, '{}'])
  const token = vi.fn(not => `after ${not}`)
  expect(await get('/x', { fetch, token })).toBe(1)
  await expect(get('/x', { fetch, token })).rejects.toMatchObject({ status: 401 })
  expect(asked.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer after undefined', 'Bearer after after undefined', 'Bearer after after undefined', 'Bearer after after after undefined',
  ])
})

test('what cannot be read twice is not sent twice', async () => {
  const { asked, fetch } = answering([401, '{}'])
  await expect(get('/x', { fetch, token: () => 'a', body: new ReadableStream() })).rejects.toMatchObject({ status: 401 })
  expect(asked).toHaveLength(1)
})

test('no answer fails as fetch does', async () => {
  const fetch = () => Promise.reject(new TypeError('Failed to fetch'))
  await expect(get('/x', { fetch })).rejects.toBeInstanceOf(TypeError)
})
