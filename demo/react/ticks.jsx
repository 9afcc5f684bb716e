import { useState } from "react";
import { useStream } from "millrace-client/react";
import { Log, Water } from "./parts.jsx";

/** The last ticks of a timer on the server. */
export function Ticks() {
  const [times, setTimes] = useState([]);
  const { state, current } = useStream("/examples/ticks", {
    message: ({ data }) => data.time && setTimes(times => [data.time, ...times].slice(0, 12)),
  }, { shared: true });

  return (
    <Water state={state} aside={`held by: ${current?.sharing ?? "–"}`}>
      <Log lines={times} />
    </Water>
  );
}
