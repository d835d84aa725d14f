// Puts a .br and a .gz beside each text file of the built dashboard: compressed once, here, not for each browser.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const STATIC = join(dirname(fileURLToPath(import.meta.url)), "../../src/wattdeck/api/static");
const TEXT = /\.(js|css|svg)$/;
const SMALLEST = 1024; // below that a packet is saved by nothing

for (const name of readdirSync(STATIC, { recursive: true })) {
  if (!TEXT.test(name)) continue;
  const path = join(STATIC, name);
  const content = readFileSync(path);
  if (content.length < SMALLEST) continue;
  const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  for (const [ending, packed] of [
    [".br", brotliCompressSync(content, { params: quality })],
    [".gz", gzipSync(content, { level: 9 })],
  ]) {
    if (packed.length < content.length) writeFileSync(path + ending, packed);
  }
}
