// How the dashboard is built: relative addresses, so that it runs under any mount prefix; nothing inlined, so that the CSP holds.
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.WATTDECK_DEV_SERVER ?? "http://localhost:8080";

export default defineConfig({
  base: "./",
  plugins: [react()],
  resolve: { alias: { "wattdeck-client": here("../clients/js/src/index.ts") } },
  build: {
    outDir: here("../src/wattdeck/api/static/dashboard"),
    emptyOutDir: true,
    // A font or picture turned into a data: address would be refused by the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: {
    fs: { allow: [here("..")] },
    proxy: { "/api": server, "/live": { target: server, ws: true } },
  },
  test: {
    globals: true,
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}", "../clients/js/test/**/*.test.ts"],
  },
});
