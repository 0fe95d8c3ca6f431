/** Files out of the page: blobs handed to the browser, and figures as SVG or PNG. */

/** Pixels of a PNG for each of its figure's. */
const SHARPNESS = 2;
/** How long a browser may take to begin reading a blob [ms]. */
const KEPT = 60_000;

export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT);
}

export function saveSvg(name: string, svg: string): void {
  saveBlob(`${name}.svg`, new Blob([svg], { type: "image/svg+xml" }));
}

/** @throws when the browser cannot draw it */
export async function savePng(name: string, svg: string): Promise<void> {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = SHARPNESS * image.width;
    canvas.height = SHARPNESS * image.height;
    const context = canvas.getContext("2d");
    if (!context) throw new Error("The browser gives no canvas to draw the picture on.");
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (!blob) throw new Error("The browser could not encode the picture as PNG.");
    saveBlob(`${name}.png`, blob);
  } finally {
    URL.revokeObjectURL(url);
  }
}
