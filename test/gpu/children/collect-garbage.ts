/**
 * Computes while everything that can be collected is: only the device is held. Dawn crashes here when the
 * instance behind the device is let go. Needs --expose-gc.
 */
import { requestDevice } from "../../../src/node.ts";
import { doubleOnDevice } from "../../support/double.ts";

const ROUNDS = 12;
const COUNT = 250_000;
const collect = (globalThis as { gc?: () => void }).gc!;

const device = await requestDevice();
let sum = 0;
for (let round = 1; round <= ROUNDS; round++) {
  const values = new Float32Array(COUNT).fill(round);
  const doubled = await doubleOnDevice(device, values);
  collect();
  // Finalizers run between turns of the event loop.
  await new Promise((resolve) => setTimeout(resolve, 5));
  collect();
  sum += doubled[(round * 20_011) % COUNT]!;
}
device.throwIfLost();
console.log(JSON.stringify({ sum }));
