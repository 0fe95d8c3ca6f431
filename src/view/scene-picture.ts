/** Pictures that are kept: drawn into a texture of their own, larger than asked for, and averaged to what was. */
import type { ComputeDevice } from "../gpu/device.ts";
import { requireLimit } from "../gpu/error-scopes.ts";
import { readTexture, TextureUsage } from "./scene-targets.ts";

export interface ScenePicture {
  /** Red, green, blue and alpha, 0…255, row after row from the top: what `ImageData` takes. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

interface PictureSize {
  readonly width: number;
  readonly height: number;
  /** Drawn pixels each way for one that is kept. */
  readonly supersampling: number;
}

/** @throws {LimitError} when what is to be drawn is larger than the device's textures */
export async function drawPicture(
  device: ComputeDevice,
  format: GPUTextureFormat,
  { width, height, supersampling }: PictureSize,
  draw: (view: GPUTextureView, width: number, height: number) => void,
): Promise<ScenePicture> {
  const drawn = [width * supersampling, height * supersampling] as const;
  requireLimit(device, "maxTextureDimension2D", Math.max(...drawn), "Draw a smaller picture.");
  const texture = device.gpu.createTexture({
    label: "picture",
    size: [...drawn],
    format,
    usage: TextureUsage.RENDER_ATTACHMENT | TextureUsage.COPY_SRC,
  });
  try {
    draw(texture.createView(), ...drawn);
    const samples = await readTexture(device, texture, [0, 0], drawn);
    const pixels = averageSamples(samples, width, height, supersampling);
    if (format === "bgra8unorm") exchangeRedAndBlue(pixels);
    return { pixels, width, height };
  } finally {
    texture.destroy();
  }
}

function averageSamples(
  samples: Uint8ClampedArray<ArrayBuffer>,
  width: number,
  height: number,
  factor: number,
): Uint8ClampedArray<ArrayBuffer> {
  if (factor === 1) return samples;
  const pixels = new Uint8ClampedArray(4 * width * height);
  const row = 4 * width * factor;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const first = y * factor * row + 4 * x * factor;
      for (let channel = 0; channel < 4; channel++) {
        let sum = 0;
        for (let j = 0; j < factor; j++) {
          for (let i = 0; i < factor; i++) sum += samples[first + j * row + 4 * i + channel]!;
        }
        pixels[4 * (y * width + x) + channel] = sum / factor ** 2;
      }
    }
  }
  return pixels;
}

function exchangeRedAndBlue(pixels: Uint8ClampedArray): void {
  for (let k = 0; k < pixels.length; k += 4) {
    const blue = pixels[k]!;
    pixels[k] = pixels[k + 2]!;
    pixels[k + 2] = blue;
  }
}
