import { useEffect, useRef, useState } from "react";

const STATES = { connecting: "Connecting…", open: "Open", waiting: "Connection lost; connecting again…", paused: "Paused", closed: "Closed" };

/** The deep water in which the page shows what is live. */
export function Water({ state, aside, children }) {
  return (
    <div className="panel deep">
      <p className="caption">
        <span className="state" role="status" data-state={state}>{STATES[state]}</span>
        <span>{aside}</span>
      </p>
      {children}
    </div>
  );
}

export function Log({ lines }) {
  return (
    <div className="log" tabIndex={0}>
      <ol>{lines.map(line => <li key={line}>{line}</li>)}</ol>
    </div>
  );
}

/** What has been said; one's own on the other side. */
export function Talk({ lines, me }) {
  const log = useRef(null);
  useEffect(() => {
    log.current.scrollTop = log.current.scrollHeight;
  }, [lines]);
  return (
    <div className="log" tabIndex={0} ref={log}>
      <ol className="talk">
        {lines.map(({ id, username, message }) => (
          <li key={id} className={username === me ? "mine" : undefined}>
            <span className="by">{username}</span>
            <span className="words">{message}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

export function Say({ disabled, onSay }) {
  const [text, setText] = useState("Good morning");
  const submit = event => {
    event.preventDefault();
    onSay(text);
    setText("");
  };
  return (
    <form className="say" onSubmit={submit}>
      <input value={text} onChange={event => setText(event.target.value)} maxLength={2000} placeholder="Message" aria-label="Message" />
      <button className="run quiet" disabled={disabled || !text.trim()}>Send</button>
    </form>
  );
}
