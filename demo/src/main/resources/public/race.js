import { element } from "./dom.js";

const FLOAT = 30; // degrees from one float of the wheel to the next
const MOST_DROPS = 8;

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** The picture of the idea: `drop(label)` floats an event to the wheel, which it turns by one float. */
export function race(band) {
  const wheel = band.querySelector(".wheel");
  const turning = band.querySelector("#wheel-turning");
  const drops = band.querySelector("#drops");
  let angle = 0;

  const turn = () => {
    angle -= FLOAT; // the water runs to the right under the wheel, so the wheel turns against the clock
    turning.style.transform = `rotate(${angle}deg)`;
  };

  return async label => {
    if (still.matches || document.hidden || drops.childElementCount >= MOST_DROPS) return;
    const drop = element("span", { class: "drop" }, label);
    drops.append(drop);
    const { left, width } = wheel.getBoundingClientRect();
    const way = left + width / 2 - drop.offsetWidth;
    const at = (x, opacity, offset) => ({ transform: `translateX(${x}px)`, opacity, offset });
    const start = -drop.offsetWidth;
    const journey = 1400 + way * 2.8; // ms: calm on a wide screen, yet a second apart is room enough on a phone
    await drop.animate([at(start, 1, 0), at(start + (way - start) * 0.94, 1, 0.94), at(way, 0, 1)], journey).finished.catch(() => {});
    drop.remove();
    turn();
  };
}
