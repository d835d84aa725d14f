// Mantine's share of the look: one accent, one family, calm radii. Colours of our own components stand in app.css.
import { createTheme, type MantineColorsTuple } from "@mantine/core";

const volt: MantineColorsTuple = [
  "#e6f7f3",
  "#cfece5",
  "#a0d9cc",
  "#6cc5b1",
  "#42b59b",
  "#26a98c",
  "#0f9a7e",
  "#0b7a6b",
  "#096558",
  "#064f45",
];

// Mantine's greys of the dark scheme, tuned to the slate of app.css.
const dark: MantineColorsTuple = [
  "#dfe4ea",
  "#b3bdc8",
  "#8b97a4",
  "#687482",
  "#36414d",
  "#28323c",
  "#1a212a",
  "#141a21",
  "#0f141a",
  "#0c1015",
];

export const theme = createTheme({
  primaryColor: "volt",
  primaryShade: 7,
  colors: { volt, dark },
  fontFamily: '"Inter Variable", system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  defaultRadius: "md",
  cursorType: "pointer",
  focusRing: "auto",
  components: {
    Modal: {
      defaultProps: {
        radius: "lg",
        padding: "lg",
        overlayProps: { backgroundOpacity: 0.4, blur: 2 },
        closeButtonProps: { "aria-label": "Close this window" },
      },
      styles: { title: { fontWeight: 640, fontSize: 17, letterSpacing: "-0.015em" } },
    },
    InputWrapper: { styles: { label: { fontWeight: 550, marginBottom: 4 } } },
    Button: { styles: { root: { fontWeight: 580 } } },
  },
});
