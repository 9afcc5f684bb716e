import { Problem, request, type FieldError, type GetOptions, type Incoming, type Outgoing } from './get'

/** What {@link form} can be told. */
export interface FormOptions<Result = any> extends Pick<GetOptions, 'token' | 'headers' | 'credentials'> {
  /**
   * Sends the fields as a JSON object: names that come more than once as arrays, fields of the types `number` and `range` as
   * numbers. Files cannot be sent so. Default false.
   */
  json?: boolean | undefined
  /** Called while the body leaves, with the part of it that has, 0 to 1. */
  progress?: ((part: number) => void) | undefined
  /** Called with what the server has answered. */
  done?: ((result: Result) => void) | undefined
  /**
   * Called when it was refused or could not be sent, after the fields' messages have been set. `rest`: errors of fields that
   * the form does not have.
   */
  failed?: ((error: unknown, rest: FieldError[]) => void) | undefined
  /** The message of a field. Default: `expected: …`, in the server's words. */
  message?: ((error: FieldError) => string) | undefined
  /**
   * Takes the place of the request: what it returns is the result, and a {@link Problem} that it throws is shown at the
   * fields, as if the server had said it.
   */
  submit?: ((data: FormData, signal: AbortSignal) => Result | Promise<Result>) | undefined
}

/** A form that is looked after. */
export interface LiveForm<Result = any> {
  /** True from a submit to its end. */
  readonly busy: boolean
  /** Submits as a click would, but for what the form's own checks say. Resolves with the result; undefined if it was refused, or one was under way. */
  submit(): Promise<Result | undefined>
  /** Breaks off what is under way, takes the messages away and lets the form be as it was. */
  close(): void
}

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

/**
 * Looks after a form: sends it without leaving the page, to its `action` by its `method` and as its `enctype` says; one at
 * a time; and shows what the server says of single fields (`errors` of a problem document) as their validation messages.
 *
 * - The form's own checks come first, as always; `novalidate` switches them off.
 * - A field that was refused has its message (`setCustomValidity`), `aria-invalid="true"` and the class `invalid` until
 *   it is changed. The first of them is shown by the browser.
 * - While one is under way the form has `aria-busy="true"`, its submit buttons are disabled, and a further submit is ignored.
 */
export function form<Result = any>(element: HTMLFormElement, options: FormOptions<Result> = {}): LiveForm<Result> {
  let abort: AbortController | undefined
  const wrong = new Set<Field>()

  const clear = (field: Field) => {
    if (!wrong.delete(field)) return
    field.setCustomValidity('')
    field.removeAttribute('aria-invalid')
    field.classList.remove('invalid')
  }

  /** Shows each error at its field; returns those that have none. */
  const show = (errors: FieldError[]) => {
    const rest = errors.filter(error => {
      const named = element.elements.namedItem(error.field)
      const field = (named instanceof RadioNodeList ? named[0] : named) as Field | null | undefined
      if (!field?.setCustomValidity) return true
      wrong.add(field)
      field.setCustomValidity(options.message?.(error) ?? `expected: ${error.expected}`)
      field.setAttribute('aria-invalid', 'true')
      field.classList.add('invalid')
      return false
    })
    if (wrong.size) element.reportValidity()
    return rest
  }

  const buttons = () => [...element.elements].filter(
    (control): control is HTMLButtonElement => 'type' in control && (control.type === 'submit' || control.type === 'image'))

  const run = async (submitter?: HTMLElement | null): Promise<Result | undefined> => {
    if (abort) return undefined
    const mine = abort = new AbortController()
    ;[...wrong].forEach(clear)
    const data = new FormData(element, submitter) // before its button is disabled
    const disabled = buttons().filter(button => !button.disabled)
    element.setAttribute('aria-busy', 'true')
    disabled.forEach(button => (button.disabled = true))
    let end: () => void
    try {
      const result = await (options.submit
        ? options.submit(data, mine.signal)
        : send<Result>(element, submitter, data, options, mine.signal))
      end = () => options.done?.(result)
      if (!mine.signal.aborted) return result
    } catch (error) {
      end = () => options.failed?.(error, show(error instanceof Problem ? error.errors : []))
    } finally {
      abort = undefined
      element.removeAttribute('aria-busy')
      disabled.forEach(button => (button.disabled = false))
      if (!mine.signal.aborted) end!()
    }
    return undefined
  }

  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    run(event.submitter)
  }
  const onInput = (event: Event) => {
    const field = event.target as Field
    ;[...wrong].filter(other => other === field || other.name === field.name).forEach(clear)
  }
  element.addEventListener('submit', onSubmit)
  element.addEventListener('input', onInput)

  return {
    get busy() {
      return !!abort
    },
    submit: () => run(),
    close() {
      abort?.abort()
      ;[...wrong].forEach(clear)
      element.removeEventListener('submit', onSubmit)
      element.removeEventListener('input', onInput)
    },
  }
}

const attribute = (element: HTMLFormElement, submitter: HTMLElement | null | undefined, name: string) =>
  submitter?.getAttribute('form' + name) ?? element.getAttribute(name) ?? ''

function send<Result>(
  element: HTMLFormElement, submitter: HTMLElement | null | undefined, data: FormData, options: FormOptions, signal: AbortSignal,
): Promise<Result> {
  const method = (attribute(element, submitter, 'method') || 'get').toUpperCase()
  const url = new URL(attribute(element, submitter, 'action') || location.href, document.baseURI)
  // Of a file only the name goes where there is only text, as browsers do.
  const texts = [...data].map(([name, value]): [string, string] => [name, typeof value === 'string' ? value : value.name])
  const { json, token, headers, credentials } = options
  let body: unknown
  if (method === 'GET') url.search = String(new URLSearchParams(texts))
  else if (json) {
    const names = [...new Set(data.keys())]
    body = Object.fromEntries(names.map(name => {
      const field = element.elements.namedItem(name) as Field | null
      const number = /^(number|range)$/.test(field?.type ?? '')
      const values = data.getAll(name).map(value => (number && value !== '' ? Number(value) : value))
      return [name, values.length > 1 ? values : values[0]]
    }))
  } else body = attribute(element, submitter, 'enctype') === 'multipart/form-data' ? data : new URLSearchParams(texts)
  return request<Result>(url.href, { method, body, token, headers, credentials }, outgoing => exchange(outgoing, options, signal))
}

/** By XMLHttpRequest, which alone tells how far the body is. */
const exchange = ({ method, url, headers, body }: Outgoing, { progress, credentials }: FormOptions, signal: AbortSignal) =>
  new Promise<Incoming>((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    xhr.open(method, url)
    xhr.withCredentials = credentials === 'include'
    headers.forEach((value, name) => xhr.setRequestHeader(name, value))
    if (progress && body) xhr.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0)
    xhr.onload = () => resolve({ status: xhr.status, type: xhr.getResponseHeader('Content-Type') ?? '', text: xhr.responseText })
    xhr.onerror = xhr.onabort = () => reject(new Problem(0, url))
    if (signal.aborted) return xhr.onabort(null as never)
    signal.addEventListener('abort', () => xhr.abort())
    xhr.send(body as XMLHttpRequestBodyInit | undefined ?? null)
  })
