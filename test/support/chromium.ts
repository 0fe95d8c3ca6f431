/**
 * A headless Chromium with WebGPU for tests, from npm alone: the binary, its libraries and its software adapter
 * all come in `@sparticuz/chromium`. `PORENET_CHROMIUM` names another one, as where that package has none.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { type Browser, chromium } from "playwright-core";
import { cachedFolder, unpackTarBrotli } from "../../src/node/cache.ts";
import { type Carrier, findCarrier } from "../../src/node/swiftshader.ts";

// The last five and playwright's own keep the browser off the network: pages come from this machine.
const FLAGS = [
  "--headless=shell",
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];

/** Why there is no browser to test in; `undefined` when there is one. */
export function whyNoChromium(): string | undefined {
  const carrier = findCarrier();
  return process.env.PORENET_CHROMIUM || typeof carrier !== "string" ? undefined : carrier;
}

/** The caller closes it. */
/** @param flags further ones */
export async function launchChromium(flags: readonly string[] = []): Promise<Browser> {
  const own = process.env.PORENET_CHROMIUM;
  if (own) return chromium.launch({ executablePath: own, args: [...FLAGS, ...flags] });
  const carrier = findCarrier();
  if (typeof carrier === "string") throw new Error(`No Chromium: ${carrier}.`);
  const folder = await unpackChromium(carrier);
  return chromium.launch({
    executablePath: join(folder, "chromium"),
    args: [...FLAGS, ...flags],
    env: { ...(process.env as Record<string, string>), LD_LIBRARY_PATH: join(folder, "lib") },
  });
}

function unpackChromium({ version, bin }: Carrier): Promise<string> {
  return cachedFolder(`chromium-${version}`, async (folder) => {
    await unpackTarBrotli(join(bin, "al2023.tar.br"), folder);
    await unpackTarBrotli(join(bin, "swiftshader.tar.br"), folder);
    const binary = createWriteStream(join(folder, "chromium"), { mode: 0o755 });
    await pipeline(createReadStream(join(bin, "chromium.br")), createBrotliDecompress(), binary);
  });
}
