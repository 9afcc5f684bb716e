import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { javaLines } from "../src/main/resources/public/java.js";
import { Chat } from "./chat.jsx";
import chatCode from "./chat.jsx?code";
import { Ticks } from "./ticks.jsx";
import ticksCode from "./ticks.jsx?code";

function Card({ id, title, path, text, code, children }) {
  const [shown, setShown] = useState(true);
  return (
    <article className="card" data-react={id} aria-labelledby={`title-${id}`}>
      <div className="about">
        <h3 id={`title-${id}`}>{title}</h3>
        <p className="path">{path}</p>
        <p>{text}</p>
        <pre className="code"><code ref={node => node?.replaceChildren(...javaLines(code.trimEnd()))} /></pre>
      </div>
      <div className="live">
        <div className="controls">
          <button type="button" className={shown ? "run running" : "run"} data-toggle onClick={() => setShown(!shown)}>
            {shown ? "Unmount" : "Mount"}
          </button>
        </div>
        {shown ? children : <p className="notice">The component is not shown, and its connection is closed.</p>}
      </div>
    </article>
  );
}

const username = `React-${Math.floor(Math.random() * 900) + 100}`;

createRoot(document.querySelector("#react")).render(
  <StrictMode>
    <Card id="stream" title="useStream" path="GET /examples/ticks" code={ticksCode}
      text="A timer of the server, over one connection for all tabs that show this page.">
      <Ticks />
    </Card>
    <Card id="socket" title="useSocket" path="WS /examples/ws/chat/lobby" code={chatCode}
      text="The lobby of the chat, with an outbox. Who comes back is given what he has missed.">
      <Chat username={username} />
    </Card>
  </StrictMode>,
);
