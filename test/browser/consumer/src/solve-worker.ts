import { computePermeability, generateCubic, requestDevice } from "porenet";

self.onmessage = async ({ data: size }: MessageEvent<number>) => {
  const device = await requestDevice();
  const network = generateCubic({ size, sigma: 2, seed: 7 });
  const { permeability } = await computePermeability(device, network, { axis: "x" });
  self.postMessage(`${permeability.mD} mD`);
};
