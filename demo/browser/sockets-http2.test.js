// WebSockets in a real browser, over HTTP/2 (RFC 8441), which needs TLS there.
import { testSockets } from "./sockets.js";

testSockets("HTTP/2", { tls: true });
