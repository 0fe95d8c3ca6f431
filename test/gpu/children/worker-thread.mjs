/** Asks for the embedded driver in a worker thread, without and with the process's own environment. */
import { isMainThread, SHARE_ENV, Worker } from "node:worker_threads";
import { register } from "tsx/esm/api";

if (isMainThread) {
  for (const env of [process.env, SHARE_ENV]) {
    await new Promise((resolve) => new Worker(new URL(import.meta.url), { env }).on("exit", resolve));
  }
} else {
  register();
  const { requestDevice } = await import("../../../src/node.ts");
  await requestDevice({ source: "embedded-swiftshader" }).then(
    (device) => console.log(`opened ${device.name}`),
    (error) => console.log(`${error.name}: ${error.message}`),
  );
}
