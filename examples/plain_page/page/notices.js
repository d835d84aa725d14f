// Notices in the corner: what has just happened, for a few seconds, the latest five.
const MOST = 5;
const SHOWN_MS = 8000;

/** `tone`: "good", "bad", or nothing. */
export function notice(text, tone = "") {
  const box = document.querySelector("#notices");
  const line = document.createElement("p");
  line.textContent = text;
  line.className = tone;
  box.append(line);
  while (box.children.length > MOST) box.firstElementChild.remove();
  setTimeout(() => line.remove(), SHOWN_MS);
}
