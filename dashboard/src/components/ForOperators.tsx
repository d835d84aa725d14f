// In place of a page that a viewer has come to by its address.
import { Notice } from "./Notice";

export function ForOperators({ children, who = "operators" }: { children: string; who?: string }) {
  return (
    <Notice icon="lock" title={`This page is for ${who}`}>
      {children}
    </Notice>
  );
}
