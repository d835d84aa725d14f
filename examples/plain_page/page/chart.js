// A line chart of the latest 50 values, on a canvas.
const POINTS = 50;

export class Chart {
  /** `title` names the quantity and its unit; `scale`: from base units to those. */
  constructor(title, scale = 1) {
    this.title = title;
    this.scale = scale;
    this.points = [];
    this.figure = document.createElement("figure");
    this.figure.setAttribute("aria-label", title);
    this.caption = document.createElement("figcaption");
    this.canvas = document.createElement("canvas");
    this.figure.append(this.caption, this.canvas);
  }

  /** In any order; each time once. */
  add(value, at) {
    const time = Date.parse(at);
    if (typeof value !== "number" || this.points.some((point) => point.time === time)) return;
    this.points.push({ time, value: value * this.scale });
    this.points.sort((a, b) => a.time - b.time);
    if (this.points.length > POINTS) this.points.shift();
    this.pending ??= requestAnimationFrame(() => this.draw());
  }

  clear() {
    this.points = [];
    this.draw();
  }

  draw() {
    this.pending = undefined;
    const last = this.points.at(-1);
    this.caption.textContent = last ? `${this.title}: ${format(last.value)}` : `${this.title}: nothing yet`;
    this.figure.dataset.points = this.points.length;
    const { width, height } = this.canvas.getBoundingClientRect();
    this.canvas.width = Math.round(width * devicePixelRatio);
    this.canvas.height = Math.round(height * devicePixelRatio);
    if (this.points.length < 2) return;
    const values = this.points.map((point) => point.value);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const span = high - low || 1;
    const context = this.canvas.getContext("2d");
    context.scale(devicePixelRatio, devicePixelRatio);
    context.strokeStyle = "#0062cc";
    context.lineWidth = 2;
    context.beginPath();
    values.forEach((value, index) => {
      const x = (index / (POINTS - 1)) * width;
      const y = height - 4 - ((value - low) / span) * (height - 8);
      if (index) context.lineTo(x, y);
      else context.moveTo(x, y);
    });
    context.stroke();
  }
}

export const format = (value) => value.toLocaleString("en", { maximumFractionDigits: 2 });
