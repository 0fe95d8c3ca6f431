import "./style.css";

const app = document.querySelector<HTMLDivElement>("#app")!;
const worker = new Worker(new URL("./solve-worker.ts", import.meta.url), { type: "module" });
worker.onmessage = ({ data }: MessageEvent<string>) => {
  app.textContent = data;
};
worker.postMessage(14);
