import { generateCubic, MissingPackageError, requestDevice, resolveFlowDomain } from "porenet";

// Features need no tfjs; training does, and this project has not installed it.
const { computeFeatures, openTensors } = await import("porenet/learn");
const app = document.querySelector<HTMLDivElement>("#app")!;
const network = generateCubic({ size: 3, spacing: 1e-5, throatRadius: 2e-6, poreRadius: 4e-6, seed: 7 });
const { throat, names } = computeFeatures(resolveFlowDomain(network));
const refusal = await openTensors(await requestDevice()).catch((error: unknown) => error);
app.textContent = `${throat.length / names.throat.length} ${refusal instanceof MissingPackageError}`;
