/**
 * SVG to PNG: in Node by `@resvg/resvg-js` (an optional peer), with texts as outlines, so that no font is
 * needed; in a page by the browser itself.
 */
import { OptionError, PorenetError } from "../errors.ts";

export interface PngOptions {
  /** Width of the picture [px]; the SVG's own times `scale` when left out. */
  readonly width?: number;
  /** Pixels for each of the SVG's, 2 when left out: sharp on dense screens. Not together with `width`. */
  readonly scale?: number;
}

/** A variable, lest bundlers for the browser look for a package that holds a native library. */
const RENDERER: string = "@resvg/resvg-js";

type Renderer = Pick<typeof import("@resvg/resvg-js"), "renderAsync">;

/**
 * The picture as the bytes of a PNG file.
 *
 * @param svg what one of the `render…` functions returned; other SVG works too, with the system's fonts
 * @throws {PorenetError} when `@resvg/resvg-js` is not installed (Node), or the SVG cannot be drawn
 * @throws {OptionError} when `width` or `scale` is not positive, or both are given
 * @example
 * await writeFile("berea.png", await svgToPng(renderSolveFigure(view), { scale: 2 }));
 */
export async function svgToPng(svg: string, options: PngOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  checkOptions(options);
  return typeof document === "undefined" ? renderByResvg(svg, options) : renderByPage(svg, options);
}

function checkOptions({ width, scale }: PngOptions): void {
  if (width !== undefined && scale !== undefined) {
    throw new OptionError("scale", "Both width and scale are given.", "Give one of them.");
  }
  for (const [option, value] of Object.entries({ width, scale })) {
    if (value === undefined || (value > 0 && Number.isFinite(value))) continue;
    throw new OptionError(option, `${option} is ${value}.`, "Give a positive number.");
  }
}

async function renderByResvg(
  svg: string,
  { width, scale = 2 }: PngOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { renderAsync } = await loadRenderer();
  const { outlineText } = await import("./outline-text.ts");
  const outlined = outlineText(svg);
  try {
    const image = await renderAsync(outlined, {
      fitTo:
        width === undefined ? { mode: "zoom", value: scale } : { mode: "width", value: Math.round(width) },
      // Reading all fonts of a system takes longer than drawing: only when a text needs them.
      font: {
        loadSystemFonts: outlined.includes("<text"),
        defaultFontFamily: "DejaVu Sans",
        sansSerifFamily: "DejaVu Sans",
      },
    });
    return new Uint8Array(image.asPng());
  } catch (cause) {
    throw new PorenetError("The SVG cannot be drawn as PNG.", `resvg says: ${messageOf(cause)}`, { cause });
  }
}

async function loadRenderer(): Promise<Renderer> {
  try {
    const module = (await import(/* @vite-ignore */ /* webpackIgnore: true */ RENDERER)) as Renderer & {
      default?: Renderer;
    };
    return module.renderAsync === undefined ? module.default! : module;
  } catch (cause) {
    throw new PorenetError(
      `Drawing PNG needs the package ${RENDERER}, which cannot be loaded (${messageOf(cause)}).`,
      `Install it with "npm i ${RENDERER}", or write SVG.`,
      { cause },
    );
  }
}

async function renderByPage(svg: string, options: PngOptions): Promise<Uint8Array<ArrayBuffer>> {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = options.width === undefined ? (options.scale ?? 2) : options.width / image.naturalWidth;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (blob === null) throw new Error("the canvas gave no picture; it may be too large");
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new PorenetError("The SVG cannot be drawn as PNG.", `The browser says: ${messageOf(cause)}`, {
      cause,
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
