// Puts the three files of Swagger UI that /docs needs next to the built dashboard, so that /docs works without the Internet.
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const from = join(here, "../node_modules/swagger-ui-dist");
const to = join(here, "../../src/wattdeck/api/static/docs");

mkdirSync(to, { recursive: true });
for (const name of ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"]) {
  copyFileSync(join(from, name), join(to, name));
}
