import { beforeEach, expect, test, vi } from 'vitest'
import { socket, stream } from '../src/index'
import { stream as streamAlone } from '../src/stream-only'
import { FakeSocket, fakeFetch, fakeSocket, inFakeTime, pass, settle } from './fakes'

inFakeTime()
beforeEach(() => {
  vi.stubGlobal('location', { href: 'https://page.example/a/b' })
})

test('URLs are relative to the page, and a socket makes ws of http', async () => {
  const server = fakeFetch()
  const news = stream('../news', { fetch: server.fetch })
  const chat = socket(new URL('https://app.example/chat'), { WebSocket: fakeSocket() })
  const lobby = socket('/lobby', { WebSocket: FakeSocket as any })
  await settle()
  expect(server.last.url).toBe('https://page.example/news')
  expect(FakeSocket.all.map(each => each.url)).toEqual(['wss://app.example/chat', 'wss://page.example/lobby'])
  ;[news, chat, lobby].forEach(each => each.close())
})

test('streams and sockets with the same callback share a token, until an attempt fails', async () => {
  const server = fakeFetch()
  let n = 0
  const token = vi.fn(async () => `t${++n}`)
  const news = stream('/news', { fetch: server.fetch, token })
  const chat = socket('/chat', { WebSocket: fakeSocket(), token })
  await settle()
  expect(server.last.headers.get('Authorization')).toBe('Bearer t1')
  expect(FakeSocket.last.protocols).toEqual(['millrace.v1', 'millrace-token.t1'])
  FakeSocket.last.end()
  server.last.fail()
  await pass(500)
  expect(server.last.headers.get('Authorization')).toBe('Bearer t2')
  expect(FakeSocket.last.protocols).toEqual(['millrace.v1', 'millrace-token.t2'])
  expect(token).toHaveBeenCalledTimes(2)
  ;[news, chat].forEach(each => each.close())
})

test('streams alone leave the URL and the token as they are', async () => {
  const server = fakeFetch()
  const token = vi.fn(() => 't')
  const news = streamAlone('/news', { fetch: server.fetch, token })
  await settle()
  expect(server.last.url).toBe('/news')
  server.last.fail()
  await pass(500)
  expect(token).toHaveBeenCalledTimes(2)
  expect(news.sharing).toBe('none')
  news.close()
})

test('a restart of the server, from the page: reconnecting, open, and everything once', async () => {
  const server = fakeFetch()
  const news = stream<{ message: number }>('/news', { fetch: server.fetch })
  const log: unknown[] = []
  news.on('open', () => log.push('open'))
  news.on('reconnecting', event => log.push(['reconnecting', event.delay]))
  news.on('message', event => log.push([event.data, event.lastEventId]))
  await settle()
  server.last.answer().push('id: ep.1\n\nid: ep.2\ndata: 2\n\n')
  await settle()
  server.last.end()
  await pass(500)
  server.last.answer({ status: 503, type: 'text/html', headers: { 'Retry-After': '3' } })
  await pass(3000)
  expect(server.last.headers.get('Last-Event-ID')).toBe('ep.2')
  server.last.answer().push('id: ep.3\ndata: 3\n\n')
  await settle()
  expect(log).toEqual(['open', [2, 'ep.2'], ['reconnecting', 500], ['reconnecting', 3000], 'open', [3, 'ep.3']])
  news.close()
})
