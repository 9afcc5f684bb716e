import { expect, test, vi } from 'vitest'
import { sharedLater } from '../src/later'
import type { Signal, Source } from '../src/signal'

const fake = (): Source => ({ open: vi.fn(), check: vi.fn(), pause: vi.fn(), resume: vi.fn(), close: vi.fn(), send: vi.fn(), hold: vi.fn() })

test('what is said before the code has come holds afterwards', async () => {
  const source = fake()
  vi.doMock('../src/shared', () => ({ sharedSource: () => source }))
  const later = sharedLater('stream', 'https://mill.example/', {}, () => {}, fake)
  later.open()
  later.pause()
  later.hold!(true)
  later.hold!(false)
  await vi.waitFor(() => expect(source.pause).toHaveBeenCalledOnce())
  expect(source.open).toHaveBeenCalledOnce()
  expect(source.hold).not.toHaveBeenCalled()
  later.check(5)
  expect(source.check).toHaveBeenCalledWith(5)
  later.close(4000, 'bye')
  expect(source.close).toHaveBeenCalledWith(4000, 'bye')
})

test('one that is closed before the code has come never opens', async () => {
  const source = fake()
  vi.doMock('../src/shared', () => ({ sharedSource: () => source }))
  const signals: Signal[] = []
  const later = sharedLater('stream', 'https://mill.example/', {}, signal => signals.push(signal), fake)
  later.open()
  later.close()
  await import('../src/shared')
  await new Promise(resolve => setTimeout(resolve))
  expect(source.open).not.toHaveBeenCalled()
  expect(signals.map(signal => signal.type === 'state' && signal.state)).toEqual(['connecting', 'closed'])
})

test('where the code cannot be had, the tab has a connection of its own', async () => {
  vi.resetModules()
  vi.doMock('../src/shared', () => {
    throw new Error('404')
  })
  const own = fake()
  const later = sharedLater('stream', 'https://mill.example/', {}, () => {}, () => own)
  later.open()
  await vi.waitFor(() => expect(own.open).toHaveBeenCalledOnce())
  expect(later.sharing).toBe('none')
})
