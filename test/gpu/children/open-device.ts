/** Opens a device, computes, and ends without destroying it unless told to. Prints what it ran on as JSON. */
import { requestDevice } from "../../../src/node.ts";
import { doubleOnDevice } from "../../support/double.ts";

const device = await requestDevice();
const [doubled] = await doubleOnDevice(device, Float32Array.of(Number(process.argv[2])));
console.log(JSON.stringify({ source: device.source, name: device.name, doubled }));
if (process.argv[3] === "destroy") device.destroy();
