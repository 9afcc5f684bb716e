// Forms and requests of a page, with a real server.
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { context, server } from './world.js'

const LIMIT = { timeout: 30_000 }
let page

beforeEach(async () => {
  page = await context.newPage()
  await page.goto(server.origin)
})

/** Shows a form and looks after it; what is told is kept. */
const show = (html, options = {}) => page.evaluate(async ([html, options]) => {
  document.body.innerHTML = html
  const { form } = await import('/dist/millrace.js')
  Object.assign(globalThis, { done: [], failed: [], parts: [] })
  globalThis.live = form(document.forms[0], {
    done: result => done.push(result),
    failed: (error, rest) => failed.push({ name: error.name, status: error.status, message: error.message, rest }),
    progress: part => parts.push(part),
    ...options,
  })
}, [html, options])

const PERSON = `<form action="/people" method="post"><input name="name"><input name="age" type="number"><button>Send</button></form>`
const fields = () => page.evaluate(() => Object.fromEntries([...document.forms[0].elements].filter(({ name }) => name)
  .map(field => [field.name, [field.validationMessage, field.getAttribute('aria-invalid'), field.className]])))
const told = (name, count = 1) => page.waitForFunction(([name, count]) => globalThis[name].length >= count, [name, count])
  .then(() => page.evaluate(name => globalThis[name], name))

test('what the server says of a field stands at that field, until it is changed', LIMIT, async () => {
  await show(PERSON, { json: true })
  await page.fill('[name=name]', ' ')
  await page.fill('[name=age]', '7')
  await page.click('button')
  const [error] = await told('failed')
  assert.deepEqual([error.name, error.status, error.rest], ['Problem', 400, []])
  assert.deepEqual(await fields(), { name: ['expected: not blank', 'true', 'invalid'], age: ['expected: 18 to 120', 'true', 'invalid'] })
  await page.fill('[name=name]', 'Ada')
  assert.deepEqual((await fields()).name, ['', null, ''])
  await page.click('button')
  assert.equal((await page.evaluate(() => failed)).length, 1, 'the browser refuses a form that is known to be wrong')
  await page.fill('[name=age]', '36')
  await page.click('button')
  assert.deepEqual(await told('done'), [{ name: 'Ada', age: 36 }])
})

test('an error of a field that the form does not have is told', LIMIT, async () => {
  await show(PERSON, { json: true })
  await page.fill('[name=name]', 'Marvin')
  await page.fill('[name=age]', '20')
  await page.click('button')
  const [{ rest }] = await told('failed')
  assert.deepEqual(rest.map(({ field, expected }) => [field, expected]), [['planet', 'Earth']])
})

test('a form is sent once, however often it is clicked', LIMIT, async () => {
  let requests = 0
  let release
  const held = new Promise(resolve => { release = resolve })
  await page.route('**/people', async route => {
    requests++
    await held
    await route.continue()
  })
  await show(PERSON, { json: true })
  await page.fill('[name=name]', 'Ada')
  await page.fill('[name=age]', '36')
  await page.evaluate(() => {
    document.forms[0].requestSubmit()
    document.forms[0].requestSubmit()
    return void live.submit()
  })
  assert.deepEqual(await page.evaluate(() => [live.busy, document.querySelector('button').disabled, document.forms[0].getAttribute('aria-busy')]), [true, true, 'true'])
  release()
  await told('done')
  assert.deepEqual(await page.evaluate(() => [live.busy, document.querySelector('button').disabled, document.forms[0].getAttribute('aria-busy')]), [false, false, null])
  assert.equal(requests, 1)
})

test('an upload tells how far it is', LIMIT, async () => {
  await show(`<form action="/upload" method="post" enctype="multipart/form-data"><input name="name" value="Mill"><input name="photo" type="file"><button>Send</button></form>`)
  await page.setInputFiles('[name=photo]', { name: 'mill.bin', mimeType: 'application/x-mill', buffer: Buffer.alloc(900_000, 'mill') })
  await page.click('button')
  assert.deepEqual(await told('done'), [{ name: 'Mill', size: 900_000 }])
  const parts = await page.evaluate(() => parts)
  assert.equal(parts.at(-1), 1)
  assert.deepEqual(parts, parts.toSorted((a, b) => a - b))
})

test('a form that asks goes into the query; without an enctype it is sent as browsers do', LIMIT, async () => {
  await show('<form action="/search?old=1"><input name="q" value="Mühle & Rad"><button>Send</button></form>')
  await page.click('button')
  assert.deepEqual(await told('done'), [{ query: 'Mühle & Rad' }])
  await show('<form action="/upload" method="post"><input name="name" value="Mühle & Rad"><button name="name" value="too">Send</button></form>')
  await page.click('button')
  assert.equal((await told('done'))[0].name, 'Mühle & Rad')
})

test('an own submit: its result counts, and a Problem that it throws is shown', LIMIT, async () => {
  await show(PERSON)
  await page.evaluate(async () => {
    const { form, Problem } = await import('/dist/millrace.js')
    live.close()
    globalThis.live = form(document.forms[0], {
      submit: data => {
        if (data.get('name') === 'Bob') throw new Problem(409, '/', { detail: 'taken', errors: [{ field: 'name', expected: 'another name' }] })
        return `hello ${data.get('name')}`
      },
      message: ({ expected }) => `bitte ${expected}`,
      done: result => done.push(result),
      failed: error => failed.push(error.message),
    })
  })
  await page.fill('[name=name]', 'Bob')
  await page.click('button')
  assert.deepEqual(await told('failed'), ['taken'])
  assert.equal((await fields()).name[0], 'bitte another name')
  await page.fill('[name=name]', 'Ada')
  await page.click('button')
  assert.deepEqual(await told('done'), ['hello Ada'])
})

test('a form that is let go is sent by the browser again, and what was under way is not told', LIMIT, async () => {
  await page.route('**/people', () => {})
  await show(PERSON, { json: true })
  await page.evaluate(() => {
    globalThis.result = live.submit()
    live.close()
  })
  assert.equal(await page.evaluate(() => result), undefined)
  assert.deepEqual(await page.evaluate(() => [done, failed, live.busy]), [[], [], false])
  await page.unroute('**/people')
  await Promise.all([page.waitForURL('**/people'), page.evaluate(() => document.forms[0].submit())])
})

test('without an answer a form fails, and can be sent again', LIMIT, async () => {
  await page.route('**/people', route => route.abort())
  await show(PERSON, { json: true })
  await page.fill('[name=age]', '36')
  await page.click('button')
  assert.deepEqual((await told('failed')).map(({ name, status }) => [name, status]), [['Problem', 0]])
  assert.equal(await page.evaluate(() => live.busy), false)
})

test('get renews a token that was refused, once', LIMIT, async () => {
  const asked = await page.evaluate(async () => {
    const { get } = await import('/dist/millrace.js')
    const asked = []
    const token = not => (asked.push(not), not === 'stale' ? 'fresh' : 'stale')
    const results = [await get('/private', { token }), await get('/private', { token })]
    const refused = await get('/private', { token: () => 'wrong' }).catch(error => [error.name, error.status, error.message])
    return { asked, results, refused }
  })
  assert.deepEqual(asked, {
    asked: [undefined, 'stale'], results: [{ secret: 42 }, { secret: 42 }], refused: ['Problem', 401, 'a fresh token, please'],
  })
})
