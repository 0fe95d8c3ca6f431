/** Begins: the settings out of the link, the engine, the page, and the network that the link names. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { openFiles, openSource } from "./ui/actions.ts";
import { App } from "./ui/app.tsx";
import { attempt, connect } from "./ui/connect.ts";
import { listenForDrops } from "./ui/dropped-files.ts";
import { decodeSettings, encodeSettings } from "./ui/link.ts";
import { followNetwork } from "./ui/network.ts";
import { settings } from "./ui/settings.ts";
import { applyTheme } from "./ui/theme.ts";

settings.value = decodeSettings(location.hash);
applyTheme();
render(<App />, document.getElementById("app")!);
listenForDrops(window, openFiles);
await attempt(connect);
followNetwork();
await openLinked();

// The address follows the settings, and the settings an address that was typed or gone back to.
effect(() => {
  const hash = encodeSettings(settings.value);
  if (hash !== location.hash.slice(1)) {
    history.replaceState(null, "", hash === "" ? location.pathname + location.search : `#${hash}`);
  }
});
addEventListener("hashchange", async () => {
  const before = JSON.stringify(settings.peek().source);
  settings.value = decodeSettings(location.hash);
  if (JSON.stringify(settings.peek().source) !== before) await openLinked();
});

async function openLinked(): Promise<void> {
  const { source } = settings.peek();
  if (source && source.kind !== "files") await openSource(source);
}
