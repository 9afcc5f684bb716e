// Rooms in a real browser, over HTTP/2: WebSockets too (RFC 8441).
import { testRooms } from "./rooms.js";

testRooms("HTTP/2", { tls: true });
