import "./style.css";
import { computePermeability, generateCubic, requestDevice } from "porenet";

const app = document.querySelector<HTMLDivElement>("#app")!;
const device = await requestDevice();
const network = generateCubic({ size: 14, sigma: 2, seed: 7 });
const { permeability } = await computePermeability(device, network, { axis: "x" });
app.textContent = `${permeability.mD} mD`;
