// Where the browser begins: styles, theme, caches, and the first component.
import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.css";
import "uplot/dist/uPlot.min.css";
import "./app.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Router } from "wouter";
import { App } from "./App";
import { basePath } from "./data/api";
import { createQueryClient } from "./data/queries";
import { theme } from "./theme";

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <QueryClientProvider client={createQueryClient()}>
          <Router base={basePath().replace(/\/$/, "")}>
            <App />
          </Router>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
