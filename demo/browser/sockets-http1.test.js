// WebSockets in a real browser, over HTTP/1.1.
import { testSockets } from "./sockets.js";

testSockets("HTTP/1.1", { tls: false });
