// Rooms in a real browser, over HTTP/1.1.
import { testRooms } from "./rooms.js";

testRooms("HTTP/1.1", { tls: false });
