// What is drawn over and under the lines of a chart: marks of single values, limits, and when it was bad.
import uPlot from "uplot";

export interface Mark {
  /** Seconds since the epoch. */
  at: number;
  /** In the base unit. */
  value: number;
  kind: "doubt" | "peak";
}

/** A cross where a value is doubted, a ring around a peak; at the edge of the picture where it lies far outside. */
export function drawMarks(u: uPlot, marks: Mark[], factor: number, element: HTMLElement): void {
  const { ctx, bbox } = u;
  const arm = 4 * uPlot.pxRatio;
  ctx.save();
  const style = getComputedStyle(element);
  const colours = { doubt: style.getPropertyValue("--bad"), peak: style.getPropertyValue("--ink") };
  ctx.lineWidth = 2 * uPlot.pxRatio;
  for (const { at, value, kind } of marks) {
    ctx.strokeStyle = colours[kind].trim();
    const x = u.valToPos(at, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    const y = Math.max(
      bbox.top + arm,
      Math.min(bbox.top + bbox.height - arm, u.valToPos(value * factor, "y", true)),
    );
    ctx.beginPath();
    if (kind === "peak") ctx.arc(x, y, 1.2 * arm, 0, 2 * Math.PI);
    else {
      ctx.moveTo(x - arm, y - arm);
      ctx.lineTo(x + arm, y + arm);
      ctx.moveTo(x + arm, y - arm);
      ctx.lineTo(x - arm, y + arm);
    }
    ctx.stroke();
  }
  ctx.restore();
}

/** A dashed line at each limit. */
export function drawLimits(u: uPlot, limits: readonly number[], factor: number, element: HTMLElement): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.strokeStyle = getComputedStyle(element).getPropertyValue("--bad").trim();
  ctx.lineWidth = 1.5 * uPlot.pxRatio;
  ctx.setLineDash([6 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
  for (const limit of limits) {
    const y = u.valToPos(limit * factor, "y", true);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

/** The time it was bad, as a tinted stretch behind everything. */
export function drawShade(u: uPlot, [from, to]: readonly [number, number], element: HTMLElement): void {
  const { ctx, bbox } = u;
  const inside = (x: number) => Math.max(bbox.left, Math.min(bbox.left + bbox.width, x));
  const [start, end] = [inside(u.valToPos(from, "x", true)), inside(u.valToPos(to, "x", true))];
  ctx.save();
  ctx.fillStyle = getComputedStyle(element).getPropertyValue("--bad-soft").trim();
  ctx.fillRect(start, bbox.top, Math.max(2 * uPlot.pxRatio, end - start), bbox.height);
  ctx.restore();
}
