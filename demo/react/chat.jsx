import { useState } from "react";
import { useSocket } from "millrace-client/react";
import { Say, Talk, Water } from "./parts.jsx";

/** The lobby of the chat. */
export function Chat({ username }) {
  const [lines, setLines] = useState([]);
  const { state, lastEventId, send } = useSocket(`/examples/ws/chat/lobby?username=${username}`, {
    message: ({ data, lastEventId: id }) => setLines(lines => [...lines, { ...data, id }].slice(-50)),
  }, { outbox: true });

  return (
    <>
      <Water state={state} aside={lastEventId}>
        <Talk lines={lines} me={username} />
      </Water>
      <Say disabled={state === "closed"} onSay={message => send({ username, message })} />
    </>
  );
}
