// Over HTTP/2, which browsers speak with TLS only; their WebSockets then, too (RFC 8441).
import { testSharing } from './sharing.js'

testSharing({ tls: true })
