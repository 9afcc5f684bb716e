import { testSharing } from './sharing.js'

testSharing({ tls: false })
